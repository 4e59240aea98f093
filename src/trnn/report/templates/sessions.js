/* Sessions: the columns of a subject, from the text that the page carries.

   For each subject the page has a text (`trials-<n>`), which src/trnn/report/encode.py made: for each
   column the high bytes of its changes from trial to trial, then the low bytes; deflated, base64. */
const Sessions = (function () {
  "use strict";

  /* Return a subject's columns, an array of numbers for each entry of `columns`. */
  async function unpack(payload, columns) {
    const text = document.getElementById("trials-" + payload).textContent;
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const planes = new Uint8Array(await new Response(stream).arrayBuffer());
    const n = planes.length / (2 * columns.length);
    return columns.map((column, k) => {
      const values = new Float64Array(n);
      let level = 0;
      for (let i = 0; i < n; i++) {
        const folded = planes[2 * k * n + i] * 256 + planes[(2 * k + 1) * n + i];
        level += folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
        values[i] = column.low + column.step * level;
      }
      return values;
    });
  }

  /* Empty the columns with gaps where there was no response: where the action is below 0. */
  function mark(values, columns) {
    const actions = values[columns.findIndex((column) => column.quantity === "action")].slice();
    columns.forEach((column, k) => {
      if (column.gaps) values[k] = values[k].map((value, i) => (actions[i] < 0 ? NaN : value));
    });
  }

  /* Return the session of a subject: its columns by estimator and quantity, blocks, and names. */
  async function load(subject, population) {
    const values = await unpack(subject.payload, population.columns);
    mark(values, population.columns);
    const session = { subject, reward: population.reward, estimators: [], lines: {}, edges: {} };
    population.columns.forEach((column, k) => {
      if (column.estimator === "") {
        session[column.quantity === "action" ? "actions" : "rewards"] = values[k];
        return;
      }
      if (!session.estimators.includes(column.estimator)) session.estimators.push(column.estimator);
      const key = column.estimator + " " + column.quantity;
      if (column.edge) (session.edges[key] = session.edges[key] || {})[column.edge] = values[k];
      else session.lines[key] = values[k];
    });
    session.n = session.actions.length;
    session.x = Float64Array.from({ length: session.n }, (_, i) => i);
    session.starts = [];
    subject.blocks.reduce((start, length) => (session.starts.push(start), start + length), 0);
    session.places = [];
    subject.blocks.forEach((length, block) => {
      for (let trial = 0; trial < length; trial++) session.places.push(`block ${block}, trial ${trial}`);
    });
    return session;
  }

  return { load };
})();
