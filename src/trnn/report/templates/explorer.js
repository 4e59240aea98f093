/* The explorer: choose a session and see it trial by trial.

   The page carries an index of experiments and subjects (`explorer-index`, JSON; made by
   src/trnn/report/explorer.py). A subject's columns are unpacked when it is chosen (sessions.js).
   Drawing is plotly's. Nothing is fetched. */
(function () {
  "use strict";

  const TRUTH = "truth";
  const WHOLE = "mle"; // has seen the session whole
  const CHOICE = "p_action_0";
  const NARROW = 640; // pixels: below, the plot leaves a finger's drag to the page's scrolling
  const GAP = 26; // pixels between panels, for their titles
  const TOP = 48; // pixels above the first panel, for its title and the blocks' numbers
  const BOTTOM = 44;
  const PAPER = 660; // pixels of a page's width
  const FIRST = 100; // trials shown at first: a choice can be seen beside its prediction
  const CROWDED = 0.3; // trials a pixel above which single predictions run into one another
  const AVERAGES = 60; // averages side by side where they do

  const element = (id) => document.getElementById(id);
  const index = JSON.parse(element("explorer-index").textContent);
  const plot = element("explorer-plot");
  const dark = window.matchMedia("screen and (prefers-color-scheme: dark)");

  // What is shown now. `session` is null until the first subject is unpacked.
  const state = { experiment: null, subjects: [], position: 0, session: null, bands: true, width: 1, request: 0 };
  const shown = new Set(Object.keys(index.estimators).filter((name) => index.estimators[name].shown));

  // ---- drawing -------------------------------------------------------------------------------

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colourOf = (name) => index.estimators[name][dark.matches ? "dark" : "light"];
  const faint = (colour) => colour + "30";

  /* Return the panels from top to bottom: title, height in pixels, and the traces they hold. */
  function panels() {
    const narrow = plot.clientWidth < NARROW;
    const height = narrow ? 130 : 165;
    const session = state.session;
    const points = session.reward === "points";
    return [
      { title: points ? "reward (points) of the action taken" : "action taken; large: rewarded", height: points ? 120 : 70, traces: choices },
      {
        title: state.width > 1 ? `P(action 0), means of ${state.width} trials; area: share taken` : "P(action 0)",
        height, traces: predictions, range: [-0.03, 1.03],
      },
      ...state.experiment.parameters.map((parameter) => ({
        title: parameter.label, height, traces: () => lines(parameter.name),
      })),
    ];
  }

  /* Return a trace of markers for each action: rewards as large marks, or as heights. */
  function choices() {
    const session = state.session;
    const points = session.reward === "points";
    return [0, 1].map((action) => {
      const trials = [...session.x].filter((i) => session.actions[i] === action);
      const rewards = trials.map((i) => session.rewards[i]);
      const sizes = rewards.map((reward) => (!points && reward > 0 ? 9 : 4));
      const colour = style(action === 0 ? "--text" : "--link");
      return {
        type: "scatter", mode: "markers", name: `action ${action}`,
        x: trials, y: points ? rewards : trials.map(() => action),
        text: trials.map((i) => `${session.places[i]}, reward ${session.rewards[i]}`),
        hovertemplate: "%{text}<extra>action " + action + "</extra>",
        marker: {
          color: colour, size: points ? 5 : sizes, symbol: action === 0 ? "circle" : "diamond",
          opacity: points ? 1 : rewards.map((reward) => (reward > 0 ? 1 : 0.55)), line: { width: 0 },
        },
      };
    });
  }

  /* Trials that a prediction is averaged over at this zoom: 1 while single trials can be told apart. */
  function windowOf([low, high]) {
    const pixels = plot.clientWidth || NARROW;
    const crowded = (high - low) / pixels > CROWDED;
    return crowded ? 2 * Math.round((high - low) / AVERAGES / 2) + 1 : 1;
  }

  /* Return a centred moving average that stays within blocks, and leaves gaps out. */
  function averaged(values, width) {
    if (width < 2) return values;
    const { starts, n } = state.session;
    const half = (width - 1) / 2;
    const smooth = new Float64Array(n);
    starts.forEach((start, block) => {
      const end = block + 1 < starts.length ? starts[block + 1] : n;
      for (let i = start; i < end; i++) {
        smooth[i] = mean(Array.from(values.slice(Math.max(start, i - half), Math.min(end, i + half + 1))));
      }
    });
    return smooth;
  }

  /* Return the traces of predictions: beside averages stands the share of choices that they predict. */
  function predictions() {
    const traces = lines(CHOICE);
    if (state.width < 2) return traces;
    const taken = Float64Array.from(state.session.actions, (action) => 1 - action);
    const smooth = (y) => averaged(y, state.width);
    return [
      {
        type: "scatter", mode: "lines", name: "action 0 taken", x: state.session.x, y: smooth(taken),
        line: { width: 0 }, fill: "tozeroy", fillcolor: faint(style("--strong-line")),
        hovertemplate: "%{y:.3f}<extra>action 0 taken</extra>",
      },
      ...traces.map((trace) => (trace.name ? { ...trace, y: smooth(trace.y) } : trace)),
    ];
  }

  /* Return the traces of a quantity: for each estimator shown a band, if it has one, and a line. */
  function lines(quantity) {
    const session = state.session;
    const traces = [];
    for (const name of visible()) {
      const y = session.lines[name + " " + quantity];
      if (y === undefined) continue;
      const band = state.session.edges[name + " " + quantity];
      const colour = colourOf(name);
      if (band !== undefined && state.bands) {
        const edge = { type: "scatter", mode: "lines", x: session.x, hoverinfo: "skip", line: { width: 0, color: colour } };
        traces.push({ ...edge, y: band.low });
        traces.push({ ...edge, y: band.high, fill: "tonexty", fillcolor: faint(colour) });
      }
      traces.push({
        type: "scatter", mode: "lines", name: index.estimators[name].name, x: session.x, y,
        line: { color: colour, width: name === TRUTH && quantity !== CHOICE ? 2.5 : 1.3, dash: index.estimators[name].dash },
        hovertemplate: "%{y:.3f}<extra>" + index.estimators[name].name + "</extra>",
      });
    }
    return traces;
  }

  /* Estimators of the session that are ticked. */
  function visible() {
    return state.session.estimators.filter((name) => shown.has(name));
  }

  function layoutOf(stack) {
    const session = state.session;
    const inner = stack.reduce((sum, panel) => sum + panel.height, 0) + GAP * (stack.length - 1);
    const text = style("--text");
    const axis = { color: style("--muted"), gridcolor: style("--line"), zeroline: false, fixedrange: true, automargin: false };
    const layout = {
      height: inner + TOP + BOTTOM, margin: { l: 46, r: 12, t: TOP, b: BOTTOM },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: text },
      showlegend: false, hovermode: "x unified", hoverdistance: 30,
      hoverlabel: { bgcolor: style("--card"), bordercolor: style("--line"), font: { color: text } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: style("--muted"), activecolor: text },
      dragmode: plot.clientWidth < NARROW ? false : "zoom",
      xaxis: {
        ...axis, fixedrange: false, range: [-1, session.n], anchor: `y${stack.length}`, showgrid: false,
        title: { text: "trial of the session", standoff: 6, font: { size: 12 } }, unifiedhovertitle: { text: "trial %{x}" },
        minallowed: -1, maxallowed: session.n, spikethickness: 1, spikecolor: style("--muted"),
      },
      annotations: [], shapes: [],
    };
    let top = inner;
    stack.forEach((panel, k) => {
      const y = { ...axis, domain: [(top - panel.height) / inner, top / inner], nticks: 5 };
      if (panel.range) y.range = panel.range;
      if (k === 0 && session.reward === "binary") Object.assign(y, { range: [1.6, -0.6], tickvals: [0, 1], showgrid: false });
      layout["yaxis" + (k ? k + 1 : "")] = y;
      layout.annotations.push({
        text: panel.title, xref: "paper", yref: "paper", x: 0, y: top / inner, xanchor: "left", yanchor: "bottom",
        showarrow: false, font: { size: 12, color: text }, xshift: 3, yshift: k ? 2 : 16,
      });
      top -= panel.height + GAP;
    });
    addBlocks(layout, session);
    return layout;
  }

  /* Mark where blocks begin, across all panels, with their numbers above the first. */
  function addBlocks(layout, session) {
    session.starts.forEach((start, block) => {
      if (block) layout.shapes.push({
        type: "line", xref: "x", yref: "paper", x0: start - 0.5, x1: start - 0.5, y0: 0, y1: 1,
        line: { color: style("--strong-line"), width: 1, dash: "dot" }, layer: "below",
      });
      layout.annotations.push({
        text: String(block), x: start - 0.5, xref: "x", y: 1, yref: "paper", xanchor: "left", yanchor: "bottom",
        showarrow: false, font: { size: 10, color: style("--muted") },
      });
    });
  }

  /* Draw the session: the trials of `range`, else those that are shown already. */
  function draw(range) {
    const shownNow = range || plot.layout.xaxis.range;
    state.width = windowOf(shownNow);
    const stack = panels();
    const traces = stack.flatMap((panel, k) =>
      panel.traces().map((trace) => ({ ...trace, xaxis: "x", yaxis: "y" + (k ? k + 1 : "") }))
    );
    const layout = layoutOf(stack);
    layout.xaxis.range = shownNow;
    const config = {
      responsive: true, displaylogo: false, displayModeBar: plot.clientWidth < NARROW ? false : "hover",
      modeBarButtons: [["toImage"], ["zoom2d", "pan2d", "resetScale2d"]],
    };
    return Plotly.react(plot, traces, layout, config);
  }

  /* Show the trials from `low` to `high`, kept within the session. */
  function view(low, high) {
    const n = state.session.n;
    const width = Math.min(Math.max(high - low, 10), n + 1);
    const start = Math.min(Math.max(low, -1), n - width);
    return draw([start, start + width]);
  }

  /* Show a session from its beginning: all of it, if it is short, or whole blocks up to `FIRST`. */
  function opening() {
    const { session } = state;
    if (session.n <= 1.5 * FIRST) return [[-1, session.n], "all"];
    const first = session.subject.blocks[0];
    if (first >= FIRST / 4 && first <= 1.5 * FIRST) return [[-1, first], "0"];
    return [[-1, FIRST], ""];
  }

  function move(share, zoom) {
    const [low, high] = plot.layout.xaxis.range;
    const middle = (low + high) / 2 + share * (high - low);
    const half = ((high - low) / 2) * zoom;
    element("explorer-block").value = "";
    return view(middle - half, middle + half);
  }

  // ---- words ---------------------------------------------------------------------------------

  /* The mean of the numbers; there are gaps where there was no response. */
  const mean = (values) => {
    const known = values.filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const percent = (share) => (100 * share).toFixed(0) + " %";

  /* Say who is shown; the page's live region reads it out. */
  function describe() {
    const { subject, group, session } = current();
    const scores = Object.entries(subject.bce).filter(([name]) => name !== TRUTH && name !== WHOLE);
    scores.sort((a, b) => a[1] - b[1]);
    const rewards = session.reward === "binary"
      ? `${percent(mean(session.rewards))} of them rewarded`
      : `mean reward ${mean(session.rewards).toFixed(1)} points`;
    const which = scores.length > 1 ? `Best prediction from earlier trials alone: ${nameOf(scores[0][0])}` : "Prediction";
    const best = scores.length ? ` ${which} (bce ${scores[0][1].toFixed(3)} nats; chance is 0.693).` : "";
    element("explorer-status").textContent =
      `${subject.id} (${group.label}): ${session.n.toLocaleString("en")} trials in ${subject.blocks.length} blocks, ${rewards}; ` +
      `action 0 chosen in ${percent(1 - mean(session.actions))}.${best}`;
  }

  /* Fill the table: what each estimator makes of the session, as numbers. */
  function tabulate() {
    const { subject, session } = current();
    element("explorer-caption").textContent =
      `${subject.id}: bce (mean of −log P(the action taken), nats; chance is 0.693) and means over the session`;
    const header = ["estimator", "bce", "mean P(action 0)", ...state.experiment.parameters.map((p) => "mean " + p.symbol)];
    element("explorer-head").replaceChildren(row(header, "col"));
    const quantities = [CHOICE, ...state.experiment.parameters.map((p) => p.name)];
    const body = session.estimators.map((name) => {
      const means = quantities.map((quantity) => {
        const values = session.lines[name + " " + quantity];
        return values === undefined ? "–" : mean(values).toFixed(3);
      });
      const score = subject.bce[name];
      return row([nameOf(name), score === undefined ? "–" : score.toFixed(4), ...means], "row");
    });
    element("explorer-body").replaceChildren(...body);
  }

  function row(cells, scope) {
    const line = document.createElement("tr");
    cells.forEach((text, k) => {
      const heads = scope === "col" || k === 0;
      const cell = document.createElement(heads ? "th" : "td");
      if (heads) cell.scope = scope;
      cell.textContent = text;
      line.append(cell);
    });
    return line;
  }

  function nameOf(name) {
    return index.estimators[name] ? index.estimators[name].name : name;
  }

  function current() {
    return { ...state.subjects[state.position], session: state.session };
  }

  // ---- controls ------------------------------------------------------------------------------

  function option(value, text) {
    const item = document.createElement("option");
    item.value = value;
    item.textContent = text;
    return item;
  }

  function fillSubjects() {
    state.subjects = [];
    const groups = state.experiment.groups.map((group) => {
      const part = document.createElement("optgroup");
      part.label = group.label;
      group.subjects.forEach((subject) => {
        part.append(option(state.subjects.length, subject.id));
        state.subjects.push({ subject, group });
      });
      return part;
    });
    element("explorer-subject").replaceChildren(...groups);
  }

  function fillBlocks() {
    const { subject } = current();
    const blocks = subject.blocks.map((length, block) => option(block, `block ${block} (${length} trials)`));
    const own = option("", "as zoomed");
    own.hidden = true;
    element("explorer-block").replaceChildren(option("all", "whole session"), ...blocks, own);
  }

  /* A box for each estimator of the session, and one for the bands. */
  function fillEstimators() {
    const session = state.session;
    const boxes = session.estimators.map((name) =>
      box("estimator-" + name, nameOf(name), shown.has(name), (ticked) => {
        if (ticked) shown.add(name);
        else shown.delete(name);
      }, name)
    );
    if (Object.keys(session.edges).length) {
      boxes.push(box("explorer-bands", "90 % intervals", state.bands, (ticked) => (state.bands = ticked)));
    }
    element("explorer-estimators").replaceChildren(...boxes);
  }

  function box(id, text, ticked, change, estimator) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "checkbox", id, checked: ticked });
    input.addEventListener("change", () => (change(input.checked), draw()));
    label.append(input);
    if (estimator) {
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.borderTopColor = colourOf(estimator);
      swatch.style.borderTopStyle = index.estimators[estimator].dash === "solid" ? "solid" : "dashed";
      label.append(swatch);
    }
    label.append(text);
    return label;
  }

  /* Show the subject at `position` of the experiment; a later choice overtakes an earlier one. */
  async function choose(position) {
    const request = ++state.request;
    const { subject, group } = state.subjects[position];
    const session = await Sessions.load(subject, state.experiment.populations[group.population]);
    if (request !== state.request) return;
    Object.assign(state, { position, session });
    element("explorer-subject").value = String(position);
    // Not `disabled`: a button that loses the keyboard's focus loses its user.
    element("explorer-previous").setAttribute("aria-disabled", position === 0);
    element("explorer-next").setAttribute("aria-disabled", position === state.subjects.length - 1);
    fillBlocks();
    fillEstimators();
    describe();
    tabulate();
    const [range, block] = opening();
    element("explorer-block").value = block;
    await draw(range);
  }

  function step(by) {
    const position = state.position + by;
    if (position >= 0 && position < state.subjects.length) choose(position);
  }

  function chooseExperiment(name) {
    state.experiment = index.experiments.find((experiment) => experiment.name === name);
    fillSubjects();
    return choose(0);
  }

  function start() {
    if (typeof DecompressionStream === "undefined") {
      element("explorer-app").hidden = false;
      element("explorer-app").textContent = "This browser is too old for the explorer: it lacks DecompressionStream.";
      return;
    }
    const experiments = index.experiments.map((experiment) => option(experiment.name, experiment.name));
    element("explorer-experiment").append(...experiments);
    element("explorer-experiment").parentElement.hidden = experiments.length < 2;
    element("explorer-app").hidden = false;
    element("explorer-experiment").addEventListener("change", (event) => chooseExperiment(event.target.value));
    element("explorer-subject").addEventListener("change", (event) => choose(Number(event.target.value)));
    element("explorer-previous").addEventListener("click", () => step(-1));
    element("explorer-next").addEventListener("click", () => step(1));
    element("explorer-earlier").addEventListener("click", () => move(-0.5, 1));
    element("explorer-later").addEventListener("click", () => move(0.5, 1));
    element("explorer-in").addEventListener("click", () => move(0, 0.5));
    element("explorer-out").addEventListener("click", () => move(0, 2));
    element("explorer-block").addEventListener("change", (event) => {
      const block = event.target.value;
      if (block === "all") return view(-1, state.session.n);
      const first = state.session.starts[Number(block)];
      return view(first - 1, first + state.session.subject.blocks[Number(block)]);
    });
    // A drag over the plot zooms without the controls above it.
    const zoomed = (change) => {
      if (!("xaxis.range[0]" in change || "xaxis.autorange" in change)) return;
      element("explorer-block").value = "";
      if (windowOf(plot.layout.xaxis.range) !== state.width) draw();
    };
    dark.addEventListener("change", () => (fillEstimators(), draw()));
    // Paper is white and narrower than most screens.
    window.addEventListener("beforeprint", () => Plotly.relayout(plot, { width: PAPER, autosize: false }));
    window.addEventListener("afterprint", () => Plotly.relayout(plot, { width: undefined, autosize: true }));
    // People first: an experiment of agents alone is one choice away.
    const first = index.experiments.find((experiment) => experiment.populations.human) || index.experiments[0];
    element("explorer-experiment").value = first.name;
    chooseExperiment(first.name).then(() => plot.on("plotly_relayout", zoomed));
  }

  start();
})();
