using Parquet;
using Parquet.Schema;

namespace AmViz.Storage;

/// <summary>Writes rows to a Parquet file, a row group at a time, so that few rows are in memory at once. Equal rows give equal bytes.</summary>
internal sealed class ParquetTableWriter<TRow>(IReadOnlyList<ParquetColumn<TRow>> columns, MemoryStream file, ParquetWriter writer) : IAsyncDisposable
{
    /// <summary>Rows in a row group: enough to compress well, few enough to skip by the group's statistics.</summary>
    public const int GroupSize = 32_768;

    private readonly List<TRow> _rows = [];

    /// <summary>Begins a file.</summary>
    /// <param name="columns">Its columns, in order; no other file may use them.</param>
    /// <param name="metadata">Facts about the whole file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ParquetTableWriter<TRow>> OpenAsync(
        IReadOnlyList<ParquetColumn<TRow>> columns, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        var schema = new ParquetSchema(columns.Select(column => column.Field));
        var file = new MemoryStream();
        // Snappy is the one compression that readers in browsers have built in.
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy };
        var writer = await ParquetWriter.CreateAsync(schema, file, options, cancellationToken: cancellationToken);
        writer.CustomMetadata = metadata;
        return new(columns, file, writer);
    }

    /// <summary>Adds a row.</summary>
    public async ValueTask AddAsync(TRow row, CancellationToken cancellationToken)
    {
        _rows.Add(row);
        if (_rows.Count == GroupSize)
        {
            await WriteGroupAsync(cancellationToken);
        }
    }

    /// <summary>Ends the file.</summary>
    /// <returns>The whole file.</returns>
    public async Task<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        if (_rows.Count > 0)
        {
            await WriteGroupAsync(cancellationToken);
        }

        await writer.DisposeAsync();
        return file.GetBuffer().AsMemory(0, (int)file.Length);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => file.DisposeAsync();

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        using var group = writer.CreateRowGroup();
        foreach (var column in columns)
        {
            await column.WriteAsync(group, _rows, cancellationToken);
        }

        _rows.Clear();
    }
}
