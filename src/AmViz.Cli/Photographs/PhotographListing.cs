using AmViz.Imaging;
using AmViz.Responses;
using AmViz.Storage;
using Microsoft.VisualBasic.FileIO;

namespace AmViz.Cli.Photographs;

/// <summary>Listed photographs and the folder that their paths start from.</summary>
/// <param name="Root">Absolute path of that folder.</param>
/// <param name="Photographs">In the order in which they are numbered.</param>
internal sealed record PhotographListing(string Root, IReadOnlyList<ListedPhotograph> Photographs)
{
    private const string PathColumn = "path";

    /// <summary>Column of labels unless another one is named.</summary>
    public const string DefaultLabelColumn = "label";

    /// <summary>Lists the pictures below a folder, in ordinal order of their paths, or those that a table names, in its order.</summary>
    /// <param name="address">A folder, a CSV or a Parquet file.</param>
    /// <param name="labelColumn">Column of labels in a table; null: <see cref="DefaultLabelColumn"/> where there is one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">There is nothing such, or it lists nothing.</exception>
    public static async Task<PhotographListing> ReadAsync(string address, string? labelColumn, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(address))
            {
                return labelColumn is null ? OfFolder(Path.GetFullPath(address)) : throw new UsageException("--label-column: labels of a folder are the names of the folders in it. Expected a CSV or Parquet file behind --photos.");
            }

            if (!File.Exists(address))
            {
                throw new UsageException($"--photos: there is no '{address}'. Expected a folder of {PictureFormats.Names} files, or a CSV or Parquet file with a column '{PathColumn}'.");
            }

            var rows = address.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
                ? await PhotographTable.ReadAsync(address, PathColumn, labelColumn ?? DefaultLabelColumn, labelColumn is not null, cancellationToken)
                : ReadCsv(address, labelColumn);
            return OfRows(address, rows);
        }
        catch (Exception e) when (e is InvalidDataException or MalformedLineException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--photos: {e.Message}");
        }
    }

    private static PhotographListing OfFolder(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", System.IO.SearchOption.AllDirectories).Where(PictureFormats.HasExtension)];
        return files.Length == 0
            ? throw new UsageException($"--photos: '{folder}' holds no {PictureFormats.Names} file. Expected some photographs in it or in folders named by their labels.")
            : new(folder,
            [
                .. files.Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal)
                    .Select(name => Listed(folder, name, name.Split('/') is [var label, _, ..] ? label : null)),
            ]);
    }

    private static PhotographListing OfRows(string table, IReadOnlyList<(string? Path, string? Label)> rows)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(table))!;
        var unnamed = rows.Index().FirstOrDefault(row => string.IsNullOrWhiteSpace(row.Item.Path), (Index: -1, Item: default)).Index;
        return rows.Count == 0 ? throw new UsageException($"--photos: '{table}' lists no photograph.")
            : unnamed >= 0 ? throw new UsageException($"--photos: row {unnamed + 1} of '{table}' has no '{PathColumn}'. Expected the path of a picture in every row.")
            : new(folder, [.. rows.Select(row => Listed(folder, row.Path!, string.IsNullOrEmpty(row.Label) ? null : row.Label))]);
    }

    private static List<(string? Path, string? Label)> ReadCsv(string file, string? labelColumn)
    {
        using var parser = new TextFieldParser(file) { TextFieldType = FieldType.Delimited, Delimiters = [","], HasFieldsEnclosedInQuotes = true };
        var header = parser.ReadFields() ?? [];
        var (path, label) = (Array.IndexOf(header, PathColumn), Array.IndexOf(header, labelColumn ?? DefaultLabelColumn));
        if (path < 0 || (labelColumn is not null && label < 0))
        {
            throw new InvalidDataException($"'{file}' begins with the columns {string.Join(", ", header.Take(10).Select(name => $"'{name}'"))}. Expected '{PathColumn}'{(labelColumn is null ? "" : $" and '{labelColumn}'")} among them, separated by commas.");
        }

        var rows = new List<(string?, string?)>();
        while (parser.ReadFields() is { } fields)
        {
            rows.Add((fields.ElementAtOrDefault(path), label < 0 ? null : fields.ElementAtOrDefault(label)));
        }

        return rows;
    }

    private static ListedPhotograph Listed(string root, string name, string? label)
        => new FileInfo(Path.Combine(root, name)) is { Exists: true } file
            ? new(name, file.Length, file.LastWriteTimeUtc.Ticks, label)
            : new(name, Bytes: -1, Modified: 0, label);
}
