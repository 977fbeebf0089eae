namespace AmViz.Cluster.Api;

/// <summary>Where a task stands in a plan.</summary>
/// <param name="Layer">Number of its layer, from 0.</param>
/// <param name="Task">Number inside the layer, from 0.</param>
internal readonly record struct RowPlace(int Layer, int Task) : IComparable<RowPlace>
{
    /// <inheritdoc/>
    public int CompareTo(RowPlace other) => (Layer, Task).CompareTo((other.Layer, other.Task));

    public static bool operator <(RowPlace left, RowPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(RowPlace left, RowPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(RowPlace left, RowPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RowPlace left, RowPlace right) => left.CompareTo(right) >= 0;
}
