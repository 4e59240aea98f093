"""The library's kinds of figures, each drawn for every experiment that has what it needs.

To add one: a module that draws it (a function of the tables by key and an `About` that returns
the figure and its numbers), a caption, and an entry here.
"""

from trnn.estimators.registry import FIT, of_parameters, recovered
from trnn.figures import captions, keys
from trnn.figures.entry import PEOPLE, VARIANTS, FigureEntry

_BARS = (keys.METRICS, keys.STATISTICS)

ENTRIES = (
    FigureEntry(
        "errors_of_agents",
        "Prediction and recovery on simulated agents",
        captions.ERRORS_OF_AGENTS,
        "trnn.figures.errors_of_agents:draw",
        _BARS,
    ),
    FigureEntry(
        "trajectories",
        "Parameters of simulated agents, trial by trial",
        captions.TRAJECTORIES,
        "trnn.figures.trajectories:draw",
        (keys.TEST_TRIALS, *keys.estimates("test", *of_parameters())),
    ),
    FigureEntry(
        "recovery",
        "Recovery of constant parameters against the number of trials",
        captions.RECOVERY,
        "trnn.figures.recovery:draw",
        (
            *(keys.STATISTICS, keys.TEST_TRIALS, keys.RECOVERY_FITS),
            *keys.estimates("test", *(name for name in recovered() if name != FIT)),
        ),
    ),
    FigureEntry(
        "errors_of_people",
        "Prediction of people's choices",
        captions.ERRORS_OF_PEOPLE,
        "trnn.figures.errors_of_people:draw",
        _BARS,
        needs=(PEOPLE,),
        of_people=True,
    ),
    FigureEntry(
        "variants",
        "Networks and their variants",
        captions.VARIANTS,
        "trnn.figures.variants:draw",
        _BARS,
        needs=(PEOPLE, VARIANTS),
        of_people=True,
    ),
    FigureEntry(
        "head_to_head",
        "On which trials one predictor of people is ahead",
        captions.HEAD_TO_HEAD,
        "trnn.figures.head_to_head:draw",
        (keys.HEAD_TO_HEAD,),
        of_people=True,
    ),
    FigureEntry(
        "courses",
        "Parameters over the trials of a block",
        captions.COURSES,
        "trnn.figures.courses:draw",
        (keys.HUMAN_TRIALS, *keys.estimates("human", "trnn")),
        of_people=True,
    ),
    FigureEntry(
        "training",
        "Training of the networks",
        captions.TRAINING,
        "trnn.figures.training:draw",
        (keys.TRAINING,),
    ),
    FigureEntry(
        "drnn_training",
        "Training of the d-RNNs",
        captions.DRNN_TRAINING,
        "trnn.figures.drnn_training:draw",
        (keys.DRNN_TRAINING,),
        of_people=True,
    ),
    FigureEntry(
        "calibration",
        "Coverage of the posteriors' intervals",
        captions.CALIBRATION,
        "trnn.figures.calibration:draw",
        (keys.CALIBRATION,),
    ),
    FigureEntry(
        "ranks",
        "Rank histograms of the true parameters",
        captions.RANKS,
        "trnn.figures.ranks:draw",
        (keys.CALIBRATION,),
    ),
    FigureEntry(
        "joint_calibration",
        "Joint calibration of the posteriors",
        captions.JOINT_CALIBRATION,
        "trnn.figures.joint_calibration:draw",
        (keys.JOINT_CALIBRATION,),
    ),
    FigureEntry(
        "optimality",
        "Distance from the optimum",
        captions.OPTIMALITY,
        "trnn.figures.optimality:draw",
        (keys.OPTIMALITY,),
    ),
    FigureEntry(
        "identifiability",
        "What can be known of the parameters",
        captions.IDENTIFIABILITY,
        "trnn.figures.identifiability:draw",
        (keys.IDENTIFIABILITY,),
        also=(keys.IDENTIFIABILITY_MOVING,),
    ),
    FigureEntry(
        "nonstationarity",
        "Evidence for moving parameters",
        captions.NONSTATIONARITY,
        "trnn.figures.nonstationarity:draw",
        (keys.NONSTATIONARITY, keys.NONSTATIONARITY_RATES),
        of_people=True,
    ),
    FigureEntry(
        "misspecification",
        "People among the agents of the training",
        captions.MISSPECIFICATION,
        "trnn.figures.misspecification:draw",
        (keys.MISSPECIFICATION_FEATURES,),
        of_people=True,
    ),
    FigureEntry(
        "predictive",
        "People beside agents with their parameters",
        captions.PREDICTIVE,
        "trnn.figures.predictive:draw",
        (keys.PREDICTIVE,),
        of_people=True,
    ),
    FigureEntry(
        "theories",
        "Theories compared on people",
        captions.THEORIES,
        "trnn.figures.theories:draw",
        (keys.THEORIES,),
        also=(keys.THEORY_RECOVERY,),
        of_people=True,
    ),
)
