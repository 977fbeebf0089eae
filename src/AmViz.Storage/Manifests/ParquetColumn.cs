using Parquet;
using Parquet.Schema;

namespace AmViz.Storage;

/// <summary>A column of one Parquet file and where its values come from.</summary>
/// <remarks>
/// Parquet.Net writes the levels of a field into the field whenever a schema is made of it. A field that two files share may so lose its
/// nulls in the one while the other is begun: every file needs columns of its own.
/// </remarks>
internal abstract class ParquetColumn<TRow>(DataField field)
{
    public DataField Field { get; } = field;

    public abstract Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellationToken);
}

/// <summary>Text; null where the row has none.</summary>
internal sealed class TextColumn<TRow>(string name, Func<TRow, string?> value, bool optional = false)
    : ParquetColumn<TRow>(new DataField<string>(name, optional))
{
    public override Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
        => group.WriteAsync(Field, [.. rows.Select(value)!]);
}

/// <summary>Numbers, truth values and times that every row has.</summary>
internal sealed class ValueColumn<TRow, T>(DataField field, Func<TRow, T> value) : ParquetColumn<TRow>(field)
    where T : struct
{
    public ValueColumn(string name, Func<TRow, T> value)
        : this(new DataField<T>(name), value)
    {
    }

    public override Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
        => group.WriteAsync<T>(Field, rows.Select(value).ToArray(), cancellationToken: cancellationToken);
}

/// <summary>Numbers that a row may lack.</summary>
internal sealed class OptionalColumn<TRow, T>(string name, Func<TRow, T?> value) : ParquetColumn<TRow>(new DataField<T?>(name))
    where T : struct
{
    public override Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<TRow> rows, CancellationToken cancellationToken)
        => group.WriteAsync<T>(Field, rows.Select(value).ToArray(), cancellationToken: cancellationToken);
}
