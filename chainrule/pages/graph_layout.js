/* Where the nodes of a graph stand, in the exam's hand: inputs left, outputs right, the first operand on top.

   A line that passes a column has a waypoint there, which keeps its distance like a box, so that no line runs through
   a box. The same graph always gets the same layout. Lengths are CSS pixels; y grows downwards. */
const graphLayout = (() => {
  const { find, isLeaf, edges, inOrder } = graphModel;
  const BOX_HEIGHT = 52;
  const CAPTION_ROOM = 20; // the label above a box
  const MARGIN = 12;
  const COLUMN_GAP = 54;
  const ROW_GAP = 16;
  const WAYPOINT_ROOM = 5;
  const SWEEPS = 12;
  const LEAST_WIDTH = 72;

  const textOf = (node) => (isLeaf(node) ? node.held : node.op);
  const widthOf = (node) => Math.max(LEAST_WIDTH, 9 * textOf(node).length + 36, 8 * node.label.length);

  /* How far below a box's middle a port is; port 0 is the topmost. */
  const portOffset = (port, ports) => ((port - (ports - 1) / 2) * BOX_HEIGHT) / (ports + 1);

  /* { places: { label: { x, y } }, bends: { edge: { source, steps: [{ left, right, y }] } } }; x, y is the upper left
     corner of a box, and a step is where a line passes a column. */
  function tidy(nodes) {
    const columns = chooseColumns(nodes);
    const drawing = skeleton(nodes, columns);
    orderColumns(drawing);
    settleHeights(drawing);
    return measured(nodes, drawing);
  }

  /* Columns by the longest path to an output, so that every leaf stands beside its first user. */
  function chooseColumns(nodes) {
    const distance = new Map(nodes.map(({ label }) => [label, 0]));
    for (const { label, inputs } of inOrder(nodes).reverse()) {
      for (const input of inputs) {
        if (input !== null) distance.set(input, Math.max(distance.get(input), distance.get(label) + 1));
      }
    }
    const last = Math.max(0, ...distance.values());
    const linked = new Set(edges(nodes).flatMap(({ source, target }) => [source, target]));
    return new Map(nodes.map(({ label }) => [label, linked.has(label) ? last - distance.get(label) : 0]));
  }

  /* Vertices (boxes and waypoints) by column, and strands between neighbouring columns. */
  function skeleton(nodes, columns) {
    const half = BOX_HEIGHT / 2;
    const box = (id) => ({ id, column: columns.get(id), y: 0, above: half + CAPTION_ROOM, below: half });
    const vertices = new Map(nodes.map(({ label }) => [label, box(label)]));
    const strands = [];
    const routes = new Map();
    for (const edge of edges(nodes)) {
      // Lines of one node share their waypoints; only a second use by the same node gets a line of its own.
      const use = find(nodes, edge.target).inputs.slice(0, edge.port).filter((input) => input === edge.source).length;
      const route = [];
      let from = edge.source;
      for (let column = columns.get(edge.source) + 1; column < columns.get(edge.target); column += 1) {
        const id = `${edge.source} ${use} ${column}`;
        if (!vertices.has(id)) {
          vertices.set(id, { id, column, y: 0, above: WAYPOINT_ROOM, below: WAYPOINT_ROOM });
          strands.push({ from, to: id, offset: 0, share: 0 });
        }
        route.push(id);
        from = id;
      }
      const offset = portOffset(edge.port, edge.ports);
      strands.push({ from, to: edge.target, offset, share: offset / BOX_HEIGHT });
      routes.set(edge.key, { source: edge.source, route });
    }
    const count = 1 + Math.max(0, ...columns.values());
    return { vertices, strands, routes, columns: inReadingOrder(nodes, vertices, strands, count) };
  }

  /* Depth first from the outputs, first operand first: the order in which a person would write them down. */
  function inReadingOrder(nodes, vertices, strands, count) {
    const columns = Array.from({ length: count }, () => []);
    const used = new Set(strands.map((strand) => strand.from));
    const feeders = new Map([...vertices.keys()].map((id) => [id, []]));
    for (const strand of [...strands].sort((a, b) => a.offset - b.offset)) feeders.get(strand.to).push(strand);
    const seen = new Set();
    function visit(id) {
      if (seen.has(id)) return;
      seen.add(id);
      columns[vertices.get(id).column].push(id);
      for (const strand of feeders.get(id)) visit(strand.from);
    }
    const outputs = nodes.filter(({ label }) => !used.has(label));
    const linked = outputs.filter(({ inputs }) => inputs.some((input) => input !== null));
    for (const { label } of [...linked, ...outputs]) visit(label);
    return columns;
  }

  /* ---- fewer crossings ---- */

  /* Neighbours change places as long as that saves a crossing; reading order stays wherever it costs nothing. */
  function orderColumns({ vertices, strands, columns }) {
    const place = new Map(columns.flatMap((column) => column.map((id, index) => [id, index])));
    const before = new Map([...vertices.keys()].map((id) => [id, []]));
    const after = new Map([...vertices.keys()].map((id) => [id, []]));
    for (const { from, to, share } of strands) {
      before.get(to).push(() => place.get(from));
      after.get(from).push(() => place.get(to) + share);
    }
    /* Crossings saved on one side by exchanging two neighbours. */
    const gain = (side, upper, lower) => {
      const [high, low] = [upper, lower].map((id) => side.get(id).map((end) => end()));
      return high.flatMap((one) => low.map((other) => Math.sign(one - other))).reduce((sum, sign) => sum + sign, 0);
    };
    // Every exchange saves a crossing, so this ends.
    for (let swapped = true; swapped; ) {
      swapped = false;
      for (const column of columns) {
        for (let index = 0; index + 1 < column.length; index += 1) {
          const [upper, lower] = column.slice(index, index + 2);
          if (gain(before, upper, lower) + gain(after, upper, lower) <= 0) continue;
          [column[index], column[index + 1]] = [lower, upper];
          place.set(lower, index).set(upper, index + 1);
          swapped = true;
        }
      }
    }
  }

  /* ---- heights ---- */

  /* Every vertex wants to stand level with its neighbours; in a column, all keep their distance. */
  function settleHeights({ vertices, strands, columns }) {
    const ties = new Map([...vertices.keys()].map((id) => [id, []]));
    for (const { from, to, offset } of strands) {
      ties.get(to).push(() => vertices.get(from).y - offset);
      ties.get(from).push(() => vertices.get(to).y + offset);
    }
    const wish = (vertex) => {
      const heights = ties.get(vertex.id).map((height) => height());
      return heights.length ? heights.reduce((sum, height) => sum + height) / heights.length : vertex.y;
    };
    const stacks = columns.map((column) => column.map((id) => vertices.get(id)));
    for (const stack of stacks) settle(stack, stack.map(() => 0));
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      for (const stack of sweep % 2 ? stacks : [...stacks].reverse()) settle(stack, stack.map(wish));
    }
  }

  /* The heights nearest to the wishes (least squares) that keep the distances: pool adjacent violators. */
  function settle(stack, wishes) {
    const shifts = [];
    stack.forEach((vertex, index) => {
      shifts.push(index ? shifts[index - 1] + stack[index - 1].below + ROW_GAP + vertex.above : 0);
    });
    const pools = [];
    wishes.forEach((wish, index) => {
      pools.push({ sum: wish - shifts[index], size: 1 });
      while (pools.length > 1 && mean(pools.at(-2)) > mean(pools.at(-1))) {
        const last = pools.pop();
        pools.at(-1).sum += last.sum;
        pools.at(-1).size += last.size;
      }
    });
    const heights = pools.flatMap((pool) => Array(pool.size).fill(mean(pool)));
    stack.forEach((vertex, index) => (vertex.y = heights[index] + shifts[index]));
  }

  const mean = ({ sum, size }) => sum / size;

  /* ---- lengths ---- */

  function measured(nodes, { vertices, routes, columns }) {
    const top = Math.min(...[...vertices.values()].map((vertex) => vertex.y - vertex.above));
    const down = (y) => Math.round(y - top + MARGIN);
    let left = MARGIN;
    const strips = columns.map((column) => {
      const boxes = column.map((id) => find(nodes, id)).filter(Boolean);
      const strip = { left, right: left + Math.max(LEAST_WIDTH, ...boxes.map(widthOf)) };
      left = strip.right + COLUMN_GAP;
      return strip;
    });
    const places = Object.fromEntries(
      nodes.map((node) => {
        const { column, y } = vertices.get(node.label);
        const { left: start, right } = strips[column];
        return [node.label, { x: Math.round((start + right - widthOf(node)) / 2), y: down(y) - BOX_HEIGHT / 2 }];
      }),
    );
    const step = (id) => ({ ...strips[vertices.get(id).column], y: down(vertices.get(id).y) });
    const bends = Object.fromEntries(
      [...routes].map(([key, { source, route }]) => [key, { source, steps: route.map(step) }]),
    );
    return { places, bends };
  }

  /* A free spot for one more node: leaves on the left, operations from the second column on. */
  function freeSpot(nodes, places, node) {
    const step = { x: LEAST_WIDTH + COLUMN_GAP, y: BOX_HEIGHT + CAPTION_ROOM + ROW_GAP };
    const isFree = ({ x, y }) =>
      nodes.every((other) => {
        const place = places[other.label];
        const apart = place.x >= x + widthOf(node) + 12 || x >= place.x + widthOf(other) + 12;
        return apart || Math.abs(place.y - y) >= BOX_HEIGHT + CAPTION_ROOM;
      });
    for (let row = 0; ; row += 1) {
      const columnsHere = isLeaf(node) ? [0] : [1, 2, 3];
      for (const column of columnsHere) {
        const spot = { x: MARGIN + column * step.x, y: MARGIN + CAPTION_ROOM + row * step.y };
        if (isFree(spot)) return spot;
      }
    }
  }

  /* One node elsewhere; its lines give up their waypoints, which belong to the tidy drawing. */
  function moved({ places, bends }, label, { x, y }) {
    const place = { x: Math.max(MARGIN / 2, Math.round(x)), y: Math.max(CAPTION_ROOM + 4, Math.round(y)) };
    const isOther = ([key, { source }]) => source !== label && key.split(" ")[0] !== label;
    return {
      places: { ...places, [label]: place },
      bends: Object.fromEntries(Object.entries(bends).filter(isOther)),
    };
  }

  return { BOX_HEIGHT, CAPTION_ROOM, MARGIN, tidy, freeSpot, moved, widthOf, textOf, portOffset };
})();
