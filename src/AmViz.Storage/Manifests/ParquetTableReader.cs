using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet;
using Parquet.Schema;

namespace AmViz.Storage;

/// <summary>Reads our own Parquet files back, a row group at a time.</summary>
internal static class ParquetTableReader
{
    /// <summary>All rows of a file.</summary>
    /// <param name="store">Name of the store, for messages.</param>
    /// <param name="path">Which file, for messages.</param>
    /// <param name="content">The file.</param>
    /// <param name="readGroup">Turns the columns of a row group into rows.</param>
    /// <param name="remedy">What to do about a damaged one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CorruptBlobException">It is not what was written.</exception>
    public static async IAsyncEnumerable<TRow> ReadAsync<TRow>(
        string store, BlobPath path, ReadOnlyMemory<byte> content, Func<ParquetGroup, Task<IReadOnlyList<TRow>>> readGroup, string remedy,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var file = Open(content);
        await using var reader = await Guard(store, path, remedy, () => ParquetReader.CreateAsync(file, cancellationToken: cancellationToken));
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            foreach (var row in await Guard(store, path, remedy, () => readGroup(new(group, reader.Schema, cancellationToken))))
            {
                yield return row;
            }
        }
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out var array)
        ? new(array.Array!, array.Offset, array.Count, writable: false)
        : new(content.ToArray(), writable: false);

    private static async Task<T> Guard<T>(string store, BlobPath path, string remedy, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        // A damaged file fails inside the reader in whatever way its bytes lead to.
        // A machine without memory is no damaged file; whoever reads it tries again.
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new CorruptBlobException(path, $"'{path}' of {store} cannot be read: {e.Message} Expected a Parquet file that this program wrote; {remedy}.", e);
        }
    }
}

/// <summary>The columns of a row group.</summary>
internal sealed class ParquetGroup(ParquetRowGroupReader group, ParquetSchema schema, CancellationToken cancellationToken)
{
    public int Count => checked((int)group.RowCount);

    public bool Has(string name) => Array.Exists(schema.DataFields, field => field.Name == name);

    public async Task<string[]> Text(string name)
        => [.. (await OptionalText(name)).Select(value => value ?? throw new InvalidDataException($"The column '{name}' has a row without a value."))];

    /// <summary>Text with few different values, each of them kept in memory once.</summary>
    public async Task<string[]> RepeatedText(string name)
    {
        var values = await Text(name);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < values.Length; i++)
        {
            if (!seen.Add(values[i]) && seen.TryGetValue(values[i], out var kept))
            {
                values[i] = kept;
            }
        }

        return values;
    }

    public async Task<string?[]> OptionalText(string name)
    {
        var values = new string?[Count];
        await group.ReadAsync(Field(name), values.AsMemory(), cancellationToken: cancellationToken);
        return values;
    }

    public async Task<T[]> Values<T>(string name)
        where T : struct
    {
        var values = new T[Count];
        await group.ReadAsync(Field(name), values.AsMemory(), cancellationToken: cancellationToken);
        return values;
    }

    public async Task<T?[]> Optional<T>(string name)
        where T : struct
    {
        var values = new T?[Count];
        await group.ReadAsync<T>(Field(name), values.AsMemory(), cancellationToken: cancellationToken);
        return values;
    }

    private DataField Field(string name)
        => Array.Find(schema.DataFields, field => field.Name == name)
            ?? throw new InvalidDataException($"The column '{name}' is missing.");
}
