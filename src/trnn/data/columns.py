"""Which column of a table is what: as its owner says, or by the names that are usual."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trnn.data.own_table import OwnTable
from trnn.errors import DataError

NONE = "none"
"""What stands for "there is no such column" where one would be guessed."""

NEEDED = ("action", "reward")
# In order of preference; compared without case, spaces and signs.
USUAL: Mapping[str, tuple[str, ...]] = {
    "subject": (
        *("subject", "subjectid", "subjid", "subj", "subid", "sub", "subjectnr", "subjectnumber"),
        *("participant", "participantid", "participantnr", "ppid", "ppt", "ppn", "pid", "person"),
        *("personid", "prolificpid", "prolificid", "workerid", "userid", "user", "id", "vpn", "vp"),
        *("vpnr", "versuchsperson", "proband"),
    ),
    "session": ("session", "sessionid", "sessionnr", "sessionnumber", "sess", "visit"),
    "block": (
        *("block", "blockid", "blocknr", "blockno", "blocknum", "blocknumber", "blockindex"),
        *("blk", "blkid", "blknr", "blkno", "blknum"),
        *("run", "runid", "runnr", "game", "gameid", "gamenumber"),
    ),
    "trial": (
        *("trial", "trialid", "trialnr", "trialno", "trialnum", "trialnumber", "trialindex"),
        *("trialn", "ntrial", "t"),
    ),
    "action": (
        *("action", "choice", "chosen", "chosenarm", "chosenoption", "choiceid", "choicemade"),
        *("response", "resp", "decision", "selection", "selected", "arm", "bandit", "option"),
        *("keypress", "keypressed", "key", "button", "a", "wahl", "antwort"),
    ),
    "reward": (
        *("reward", "rewards", "rew", "outcome", "feedback", "points", "payoff", "payout"),
        *("gain", "won", "win", "score", "money", "r", "belohnung", "punkte"),
    ),
}
MEANING = {
    "subject": "who chose",
    "session": "the session",
    "block": "the block",
    "trial": "the order of trials",
    "action": "the choice",
    "reward": "its outcome",
}


@dataclass(frozen=True)
class Columns:
    """The column of each role of `USUAL`, None where there is none.

    `guessed`: roles whose column was found by its name, and what other columns it might have been.
    """

    of: Mapping[str, str | None]
    guessed: Mapping[str, Sequence[str]]

    def words(self) -> str:
        """Return which column is what, and what was guessed."""
        told = []
        for role, name in self.of.items():
            if name is None:
                continue
            others = ", ".join(map(repr, self.guessed.get(role, ())))
            how = f" (guessed{f'; not {others}' if others else ''})" if role in self.guessed else ""
            told.append(f"{role} = '{name}'{how}")
        absent = [role for role, name in self.of.items() if name is None and role != "session"]
        return ", ".join(told) + (f"; no column of {', '.join(absent)}" if absent else "")

    def needed(self, role: str) -> str:
        """Return the column of a role that every table has."""
        name = self.of[role]
        assert name is not None
        return name


def find_columns(table: OwnTable, given: Mapping[str, str | None]) -> Columns:
    """Find the column of each role.

    Parameters
    ----------
    given : role -> name
        What the owner says; "none" for a column that shall not be used, None to have it guessed.

    Raises
    ------
    DataError
        If a column that is named, or one that is needed, is not there.
    """
    found: dict[str, str | None] = {}
    guessed: dict[str, Sequence[str]] = {}
    for role in USUAL:
        name = given.get(role)
        if name is not None and not (name == NONE and NONE not in table.names):
            found[role] = _named(table, role, name)
    for role, usual in USUAL.items():
        if role in found or given.get(role) == NONE:
            continue
        there = {
            plain_name(name): name for name in reversed(table.names) if name not in found.values()
        }
        hits = [there[name] for name in usual if name in there]
        if hits:
            found[role], guessed[role] = hits[0], hits[1:]
        elif role in NEEDED:
            raise DataError(
                f"{table.where}: no column of {MEANING[role]} was found among {table.names}. Say "
                f"which it is: {table.hint(role)} (in Python {role}='NAME')."
            )
    return Columns({role: found.get(role) for role in USUAL}, guessed)


def _named(table: OwnTable, role: str, name: str) -> str:
    if name in table.names:
        return name
    alike = [other for other in table.names if plain_name(other) == plain_name(name)]
    if len(alike) == 1:
        return alike[0]
    close = difflib.get_close_matches(name, table.names, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise DataError(
        f"{table.where}: there is no column '{name}' for the {role}; the columns are "
        f"{table.names}.{hint}"
    )


def plain_name(name: str) -> str:
    """Return a name without case, spaces, signs and accents, by which names are compared."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", letters)
