"""The t-RNN that outputs a posterior: a joint distribution of all parameters on every trial."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from trnn.config.dynamics import Range
from trnn.config.estimators import Network, PosteriorHead
from trnn.estimators.recurrent.gru import GRU
from trnn.estimators.trnn.network import Hidden, Output, TrnnNetwork, affine
from trnn.estimators.trnn.posterior import mean_shares, mixture, n_outputs


class PosteriorNetwork(nn.Module):
    """One recurrent layer for the parameters' posterior, a second that predicts the choice.

    The first GRU reads the previous action and reward (`features`); from its state a layer of
    rectified units, and from these the mixture of `posterior`. The second GRU reads the
    same input and, unless `parameters_to_action` is off, the rectified units, and predicts the
    choice, as in the published network. A network that smooths has, in the place of the second, a
    GRU that reads from the session's (a training window's) last trial to the first: the layer sees
    both states, and no choice is predicted. It reads the first one's states too, as the recursion
    of a smoother (Rauch, Tung & Striebel 1965) goes back from what the filter knew of each trial:
    on the last trial that is all there is to know, so a window's end is as good a start as a
    session's. Shapes: input (n_inputs, t, n).

    With `reference_values` (`relative_inputs`) the last input is the sign of the choice made
    last. No layer reads it: they predict how likely that choice is to be repeated, and the sign
    holds which it was. Before a session's first choice there is none, and both are equally likely.

    Parameters
    ----------
    ranges : d ranges
        Ranges of the parameters; the network's values lie inside of them.
    n_hazards : int
        Hazards of which each agent has one; 0 where they share one. Of several, the network says
        how likely each is (a softmax), read from the recurrent states that the layer sees.
    """

    low: Tensor
    width: Tensor

    def __init__(
        self, settings: Network, ranges: list[Range], n_inputs: int, n_hazards: int = 0
    ) -> None:
        super().__init__()
        assert settings.posterior is not None
        self.settings = settings
        head: PosteriorHead = settings.posterior
        self.head, self.d = head, len(ranges)
        units = settings.hidden_units
        n_inputs -= self.relative
        self.recurrent = GRU(n_inputs, units)
        n_features = 2 * units if settings.smooth else units
        self.layer = nn.Linear(n_features, head.units)
        self.mixture = nn.Linear(head.units, n_outputs(head.components, self.d))
        # Components begin apart from one another, scattered as the prior is.
        first = head.components
        nn.init.normal_(self.mixture.bias.data[first : first * (1 + self.d)])
        if settings.smooth:
            self.reverse = GRU(n_inputs + units, units)
        else:
            n_units = head.units if settings.parameters_to_action else 0
            self.action_recurrent = GRU(n_inputs + n_units, settings.action_units)
            self.action = nn.Linear(settings.action_units, 1)
        self.hazards: nn.Linear | None = None
        if n_hazards:
            # Last, so that all else begins as without; and at the prior, of which all are equal.
            self.hazards = nn.Linear(n_features, n_hazards)
            nn.init.zeros_(self.hazards.weight)
            nn.init.zeros_(self.hazards.bias)
        self.register_buffer("low", torch.tensor([r.low for r in ranges]))
        self.register_buffer("width", torch.tensor([r.high - r.low for r in ranges]))

    @property
    def relative(self) -> bool:
        """Whether the last input is the sign of the choice before."""
        return self.settings.reference_values is not None

    def start(self, n: int) -> Hidden:
        """Return the hidden state before a session's first trial."""
        reference = self.layer.weight
        action = 0 if self.settings.smooth else self.settings.action_units
        return Hidden(
            reference.new_zeros(self.recurrent.hidden_size, n), reference.new_zeros(action, n)
        )

    def forward(self, inputs: Tensor, hidden: Hidden, valid: Tensor) -> tuple[Output, Hidden]:
        """Return the outputs of every trial, and the last state.

        Parameters
        ----------
        valid : (t, n)
            1 on trials, 0 on the padding behind them.
        """
        if self.relative:
            inputs, sign = inputs[:-1], inputs[-1]
        features, last = self.recurrent(inputs, hidden.parameters)
        if self.settings.smooth:
            known = torch.cat((inputs, features))
            features = torch.cat((features, self._from_the_end(known, valid)))
        layer = functional.leaky_relu(affine([self.layer], features), self.settings.negative_slope)
        raw = affine([self.mixture], layer)
        likely = None if self.hazards is None else affine([self.hazards], features)
        # The loss reads `raw`: what is made of it here needs no gradient.
        posterior = mixture(raw.detach(), self.head.components, self.d)
        values = self.low.view(-1, 1, 1) + self.width.view(-1, 1, 1) * mean_shares(posterior)
        if self.settings.smooth:
            output = Output(None, (), values, posterior, raw, likely)
            return output, Hidden(last, hidden.action)
        linked = (layer,) if self.settings.parameters_to_action else ()
        action_features, last_action = self.action_recurrent(
            torch.cat((inputs, *linked)), hidden.action
        )
        logit = affine([self.action], action_features).squeeze(0)
        if self.relative:
            logit = logit * sign
        return Output(logit, (), values, posterior, raw, likely), Hidden(last, last_action)

    def _from_the_end(self, inputs: Tensor, valid: Tensor) -> Tensor:
        """Return the states of the GRU that reads each sequence's trials from its last one."""
        t = torch.arange(len(valid), device=valid.device).unsqueeze(1)
        # Trials turned round, the padding where it is; the same index turns them back.
        turned = valid.sum(dim=0).long() - 1 - t
        turned = torch.where(turned >= 0, turned, t).unsqueeze(0)
        states, _ = self.reverse(
            inputs.gather(1, turned.expand(len(inputs), -1, -1)),
            inputs.new_zeros(self.reverse.hidden_size, inputs.shape[2]),
        )
        return states.gather(1, turned.expand(len(states), -1, -1))


AnyNetwork = PosteriorNetwork | TrnnNetwork
