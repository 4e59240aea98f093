"""The study's kinds of figures, drawn where an experiment has what they need."""

from ger2024.figures import captions
from trnn.figures import catalogue, keys
from trnn.figures.entry import FigureEntry, by_kind, column, parameter
from trnn.figures.labels import named
from trnn.theory.parameters import MEANINGS

_PEOPLE = (keys.HUMAN_TRIALS, *keys.estimates("human", "trnn"))
# Drawn beside the people where there are agents matched to them.
CONTROL = (keys.MATCHED, *keys.estimates("matched", "trnn"))
_KAPPA, _BETA, _GROUP = parameter("kappa"), parameter("beta"), column("group")
# The arms' mean rewards, which tell the better arm and how hard a block is.
_ARMS = (column("mu_0"), column("mu_1"))


def _named(name: str) -> str:
    """Return a parameter in words with its symbol, for example ``Perseveration κ``."""
    words = named(name)
    return words[0].upper() + words[1:]


_OF_KAPPA = (
    FigureEntry(
        "perseveration_by_group",
        "Perseveration κ by group",
        captions.PERSEVERATION_BY_GROUP,
        "ger2024.figures.kappa_groups:draw",
        (*_PEOPLE, keys.STATISTICS),
        needs=(_KAPPA, _GROUP),
        of_people=True,
    ),
    FigureEntry(
        "perseveration_and_staying",
        "Perseveration κ follows recent staying",
        captions.PERSEVERATION_AND_STAYING,
        "ger2024.figures.kappa_staying:draw",
        (*_PEOPLE, keys.FINDINGS, keys.STATISTICS),
        also=CONTROL,
        needs=(_KAPPA,),
        of_people=True,
    ),
    FigureEntry(
        "stretches",
        "Perseveration κ while a person alternates and repeats",
        captions.STRETCHES,
        "ger2024.figures.stretches:draw",
        _PEOPLE,
        needs=(_KAPPA,),
        of_people=True,
    ),
    FigureEntry(
        "moving_averages",
        "Perseveration κ and inverse temperature β of three people against their moving averages",
        captions.MOVING_AVERAGES,
        "ger2024.figures.moving_averages:draw",
        _PEOPLE,
        needs=(_KAPPA, _BETA),
        of_people=True,
    ),
)
_BY_GROUP = tuple(
    FigureEntry(
        f"course_by_group_{name}",
        f"{_named(name)} over the block by group",
        captions.COURSE_BY_GROUP,
        "ger2024.figures.courses:draw_by_group",
        _PEOPLE,
        also=CONTROL,
        needs=(parameter(name), _GROUP),
        of_people=True,
        value=name,
    )
    for name in MEANINGS
)
_OF_THE_BETTER_ARM = (
    FigureEntry(
        "against_better_arm",
        "A stretch around an action against the better arm",
        captions.AGAINST_BETTER_ARM,
        "ger2024.figures.ungreedy:draw_example",
        _PEOPLE,
        needs=(_BETA, *_ARMS),
        of_people=True,
    ),
    FigureEntry(
        "around_actions",
        "Inverse temperature β around actions against the better arm",
        captions.AROUND_ACTIONS,
        "ger2024.figures.ungreedy:draw_average",
        (*_PEOPLE, keys.STATISTICS),
        also=CONTROL,
        needs=(_BETA, *_ARMS),
        of_people=True,
    ),
    FigureEntry(
        "accuracy_by_difficulty",
        "Accuracy in easy and hard blocks",
        captions.ACCURACY_BY_DIFFICULTY,
        "ger2024.figures.courses:draw_by_difficulty",
        (*_PEOPLE, keys.STATISTICS),
        needs=_ARMS,
        of_people=True,
        value="accuracy",
    ),
)
_BY_DIFFICULTY = tuple(
    FigureEntry(
        f"{name}_by_difficulty",
        f"{_named(name)} in easy and hard blocks",
        captions.PARAMETER_BY_DIFFICULTY,
        "ger2024.figures.courses:draw_by_difficulty",
        (*_PEOPLE, keys.STATISTICS),
        also=CONTROL,
        needs=(parameter(name), *_ARMS),
        of_people=True,
        value=name,
    )
    for name in MEANINGS
)

ENTRIES = (*_OF_KAPPA, *_BY_GROUP, *_OF_THE_BETTER_ARM, *_BY_DIFFICULTY)
# All figures of a run of the study: the library's, then the study's own.
CATALOGUE = by_kind((*catalogue.ENTRIES, *ENTRIES))
