// Cells of a table that reach over several columns or rows, as sheets merge them: a value that
// reaches over rows is said in each of them, and what stands beside it stays in its column.

const MOST_COLUMNS = 200;

const reach = (cell, name) => Math.min(Math.max(parseInt(cell.getAttribute(name), 10) || 1, 1), MOST_COLUMNS);

/** Remembers the cells of a table that reach into the rows to come. */
export class MergedCells {
  columns = new Map(); // column → { cell, rows }: how many rows it reaches into yet

  /** Gives what stands in each column of the next row; null where there is nothing to say. */
  row(row) {
    const made = [];
    for (const cell of row.children) {
      this.carry(made, (column) => this.columns.has(column));
      const rows = reach(cell, "rowspan") - 1;
      for (let more = reach(cell, "colspan"), said = cell; more > 0 && made.length < MOST_COLUMNS; more--) {
        if (rows) this.columns.set(made.length, { cell: said, rows });
        made.push(said);
        said = null;
      }
    }
    const last = Math.max(-1, ...this.columns.keys());
    this.carry(made, (column) => column <= last);
    return made;
  }

  carry(made, isMore) {
    while (isMore(made.length)) {
      const over = this.columns.get(made.length);
      if (over && --over.rows < 1) this.columns.delete(made.length);
      made.push(over?.cell ?? null);
    }
  }

  /** Goes on to the row after one that is no line. */
  pass() {
    for (const [column, over] of this.columns) if (--over.rows < 1) this.columns.delete(column);
  }
}
