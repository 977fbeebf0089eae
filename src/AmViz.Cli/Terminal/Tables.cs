using Spectre.Console;

namespace AmViz.Cli.Terminal;

/// <summary>Tables without lines: they read well and can be cut with the usual tools.</summary>
internal static class Tables
{
    /// <summary>An empty table.</summary>
    public static Table Plain(params string[] columns)
    {
        var table = new Table().NoBorder();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))).NoWrap().PadLeft(0).PadRight(2));
        }

        return table;
    }

    /// <summary>Adds a row whose cells are plain text, whatever brackets they hold.</summary>
    public static void AddTextRow(this Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);
}
