// Where the arrow keys lead: from a fact to its neighbour in another lane or another run.

/** The fact nearest in time on the next lane up or down that has any. */
export function nearestInLane(trace, { from, by }) {
  if (!from) return null;
  const lanes = trace.lanes.map((lane) => String(lane.id));
  for (
    let index = lanes.indexOf(String(from.lane)) + by;
    index >= 0 && index < lanes.length;
    index += by
  ) {
    const { rows } = trace.inLane(lanes[index]);
    if (rows.length) return nearest(rows, from.start);
  }
  return null;
}

function nearest(rows, time) {
  return rows.reduce((best, row) =>
    Math.abs(row.start - time) < Math.abs(best.start - time) ? row : best,
  );
}

/** The first fact of the run before or after the one that a fact belongs to. */
export function neighbourInRun(trace, { from, by }) {
  const { runs } = trace;
  const here = from ? runs.findIndex((run) => run.id === from.run) : runs.length;
  const start = here < 0 ? runs.length : here;
  for (let index = start + by; index >= 0 && index < runs.length; index += by) {
    const first = trace.segments.find((segment) => segment.run === runs[index].id);
    if (first) return first;
  }
  return null;
}
