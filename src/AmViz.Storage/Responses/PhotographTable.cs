using Parquet;

namespace AmViz.Storage;

/// <summary>Reads which photographs a Parquet file of a person lists.</summary>
public static class PhotographTable
{
    /// <summary>Reads two columns of text.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pathColumn">The column of paths.</param>
    /// <param name="labelColumn">The column of labels; a file without it has no labels, unless <paramref name="needsLabels"/>.</param>
    /// <param name="needsLabels">Whether the column of labels must be there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A path and its label, row by row.</returns>
    /// <exception cref="InvalidDataException">It is no such file; the message says what was expected.</exception>
    public static async Task<IReadOnlyList<(string? Path, string? Label)>> ReadAsync(
        string file, string pathColumn, string labelColumn, bool needsLabels, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        try
        {
            await using var reader = await ParquetReader.CreateAsync(stream, cancellationToken: cancellationToken);
            var rows = new List<(string?, string?)>();
            for (var i = 0; i < reader.RowGroupCount; i++)
            {
                using var opened = reader.OpenRowGroupReader(i);
                var group = new ParquetGroup(opened, reader.Schema, cancellationToken);
                var paths = await group.OptionalText(pathColumn);
                var labels = needsLabels || group.Has(labelColumn) ? await group.OptionalText(labelColumn) : new string?[paths.Length];
                rows.AddRange(paths.Zip(labels));
            }

            return rows;
        }
        // A damaged or foreign file fails inside the reader in whatever way its bytes lead to.
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidDataException($"'{file}' cannot be read: {e.Message} Expected a Parquet file with a column '{pathColumn}' of text.", e);
        }
    }
}
