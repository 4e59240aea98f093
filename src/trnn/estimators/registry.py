"""The estimators: one record each, in the order in which tables, figures and texts show them.

Whatever lists estimators asks here, so that a new one needs its module, a record in `ESTIMATORS`
and a rule, or an entry among the makers of `trnn.estimators.baselines`. No stage that simulates or
trains may import this module: a record would make every network train again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from trnn.config.networks import NETWORKS, base_of

TEST, HUMAN = "test", "human"
# Agents that have people's own constant fits on people's own schedules: the control of what the
# estimator that this project is about shows of people. No other estimator is applied to them.
MATCHED = "matched"
# The estimator that this project is about: figures and texts compare the others with it.
FOCUS = "trnn"
# The constant fit of each session: errors and predictions of people are measured against it.
FIT = "mle"
# The same theory with constant parameters, which predicts each choice before it is seen: what
# parameters that move have to predict better than.
CONSTANT = "constant"
# The network whose drawn trajectories are checked against people's choices.
SMOOTHER = "trnn_smooth"
# The job that makes an estimator.
BASELINES, NETWORK = "references", "network"


@dataclass(frozen=True)
class Estimator:
    """What is known of an estimator before it has estimated anything.

    Parameters
    ----------
    name : as in tables and file names; after an underscore, what kind of its base it is
    label : what legends call it
    words : what it is, in a text
    made_by : the job that writes its estimates (rules/baselines.smk, filters.smk), or `NETWORK`
    about : what else is to be known of it
    populations : those that it is applied to
    parameters : whether it estimates the model's parameters, and not choices alone
    posterior : whether its estimates have standard deviations and quantiles
    smooths : whether it has seen later trials too, and so predicts nothing
    from_people : whether it is learned from people
    method : whether it competes with the others; a floor or a ceiling does not
    truth : whether it is the truth, whose error of parameters is 0 by definition
    optimum : the estimator that is the best possible one which has seen as much
    calibrated : whether its posteriors are checked
    last_trial : whether its last estimate of a session is compared with the fit of all of it
    evidence : whether it stands for a model whose evidence is compared with others'
    shown : whether the report's explorer shows it when the page opens
    """

    name: str
    label: str
    words: str
    made_by: str
    about: str = ""
    populations: tuple[str, ...] = (TEST, HUMAN)
    parameters: bool = True
    posterior: bool = False
    smooths: bool = False
    from_people: bool = False
    method: bool = True
    truth: bool = False
    optimum: str | None = None
    calibrated: bool = False
    last_trial: bool = False
    evidence: bool = False
    shown: bool = False

    @property
    def base(self) -> str:
        """The name of the estimator that it is a variant of; its own if it is none."""
        return base_of(self.name)

    @property
    def is_variant(self) -> bool:
        """Whether it is a variant of another estimator."""
        return self.base != self.name


ESTIMATORS = (
    Estimator(
        name="prior",
        label="prior mean",
        words="a constant at the prior mean",
        made_by=BASELINES,
        method=False,
    ),
    Estimator(
        name=FIT,
        label="maximum likelihood",
        words="maximum likelihood",
        made_by=BASELINES,
        about="constant; it has seen the whole session, the choices that it predicts included",
        last_trial=True,
        evidence=True,
        shown=True,
    ),
    Estimator(
        name=CONSTANT,
        label="constant, choice by choice",
        words="constant parameters, learned choice by choice",
        made_by=CONSTANT,
        about="a Bayesian's prediction of each choice before it is seen, by iterated batch "
        "importance sampling; of people alone, since agents, who are many, take long",
        populations=(HUMAN,),
        posterior=True,
    ),
    Estimator(
        name="filter",
        label="random-walk filter",
        words="random-walk particle filter",
        made_by="filter",
        posterior=True,
        optimum="bayes",
        calibrated=True,
        evidence=True,
    ),
    Estimator(
        name="bayes",
        label="switching filter",
        words="switching particle filter",
        made_by="bayes",
        about="its dynamics are the experiment's own",
        posterior=True,
        calibrated=True,
        last_trial=True,
        evidence=True,
        shown=True,
    ),
    Estimator(
        name="bayes_smooth",
        label="switching smoother",
        words="switching smoother",
        made_by="bayes",
        about="given the whole session",
        posterior=True,
        smooths=True,
        calibrated=True,
    ),
    Estimator(
        name=FOCUS,
        label="t-RNN",
        words="t-RNN",
        made_by=NETWORK,
        about="the theoretical RNN",
        posterior=True,
        optimum="bayes",
        calibrated=True,
        last_trial=True,
        shown=True,
    ),
    Estimator(
        name=SMOOTHER,
        label="t-RNN, whole session",
        words="t-RNN given the whole session",
        made_by=NETWORK,
        posterior=True,
        smooths=True,
        optimum="bayes_smooth",
        calibrated=True,
    ),
    Estimator(
        name="trnn_published",
        label="t-RNN, published",
        words="t-RNN of the published architecture",
        made_by=NETWORK,
        about="points, no posterior",
    ),
    Estimator(
        name="trnn_unlinked",
        label="t-RNN, no parameter layers",
        words="t-RNN without parameter layers into its second GRU",
        made_by=NETWORK,
        about="its parameters do not reach its prediction of choices",
        posterior=True,
    ),
    Estimator(
        name="drnn",
        label="d-RNN",
        words="d-RNN",
        made_by=NETWORK,
        about="the data-driven RNN: each of the people is predicted by networks that have not "
        "seen them",
        populations=(HUMAN,),
        parameters=False,
        from_people=True,
        shown=True,
    ),
    Estimator(
        name="drnn_pooled",
        label="d-RNN, all groups",
        words="d-RNN trained on all groups at once",
        made_by=NETWORK,
        populations=(HUMAN,),
        parameters=False,
        from_people=True,
    ),
    Estimator(
        name="oracle",
        label="true probabilities",
        words="true choice probabilities",
        made_by=BASELINES,
        about="the truth, of simulated agents",
        populations=(TEST,),
        truth=True,
    ),
)
_BY_NAME = {estimator.name: estimator for estimator in ESTIMATORS}


def estimator(name: str) -> Estimator:
    """Return the record of an estimator; of one without a record what its name tells.

    A variant of a network is applied to what its base is applied to. Whether its settings give it
    a posterior is not known here, so that the checks of posteriors leave it out.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    plain = Estimator(name=name, label=name, words=name, made_by=NETWORK)
    if base_of(name) not in NETWORKS:
        return plain
    base = _BY_NAME[base_of(name)]
    return replace(
        plain,
        populations=base.populations,
        parameters=base.parameters,
        from_people=base.from_people,
    )


def in_order(names: Iterable[str]) -> list[str]:
    """Return names in order of display; those without a record last, sorted."""
    there = set(names)
    return [name for name in _BY_NAME if name in there] + sorted(there - _BY_NAME.keys())


def made_by(job: str, population: str | None = None) -> list[str]:
    """Return the estimators that a job makes, of a population if one is given."""
    return [
        e.name
        for e in ESTIMATORS
        if e.made_by == job and (population is None or population in e.populations)
    ]


def filters() -> list[str]:
    """Return the estimators of particles that find the evidence of what they assume."""
    return [e.name for e in ESTIMATORS if e.made_by == e.name]


def methods() -> list[str]:
    """Return the estimators that compete with one another, without variants."""
    return [e.name for e in _main() if e.method and not e.truth]


def of_parameters() -> list[str]:
    """Return the methods that estimate the parameters of agents, without variants."""
    return [name for name in recovered() if estimator(name).method]


def recovered() -> list[str]:
    """Return the estimators whose errors on constant agents are shown: these, and the floor."""
    return [e.name for e in _main() if TEST in e.populations and e.parameters and not e.truth]


def calibrated() -> list[str]:
    """Return the estimators with a posterior that the checks look at."""
    return [e.name for e in ESTIMATORS if e.calibrated]


def last_estimates() -> list[str]:
    """Return the estimators whose last estimates are compared, the fit among them."""
    return [e.name for e in ESTIMATORS if e.last_trial]


def beside_optimum() -> list[str]:
    """Return the networks whose distance from the optimum is measured."""
    return [e.name for e in ESTIMATORS if e.made_by == NETWORK and e.optimum is not None]


def smoothers() -> list[str]:
    """Return the estimators that have seen later trials too, and so predict nothing."""
    return [e.name for e in ESTIMATORS if e.smooths]


def points() -> list[str]:
    """Return the estimators of parameters without a posterior."""
    return [e.name for e in ESTIMATORS if e.parameters and not e.posterior]


def truths() -> list[str]:
    """Return what is no estimate but the truth: its error of parameters is 0 by definition."""
    return [e.name for e in ESTIMATORS if e.truth]


def optima() -> dict[str, str]:
    """Return what estimators are measured against: the best that has seen as much."""
    return {e.name: e.optimum for e in ESTIMATORS if e.optimum is not None}


def focus_and_optimum() -> tuple[str, str]:
    """Return the estimator that this project is about, and the best possible one."""
    return FOCUS, optima()[FOCUS]


def _main() -> list[Estimator]:
    return [e for e in ESTIMATORS if not e.is_variant]
