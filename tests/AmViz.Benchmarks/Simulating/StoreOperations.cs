namespace AmViz.Benchmarks;

/// <summary>Calls of a store.</summary>
/// <param name="Creates">Blobs created, or found to be there.</param>
/// <param name="Reads">Blobs read, whole or in part.</param>
/// <param name="Lists">Listings.</param>
/// <param name="Replaces">Blobs replaced.</param>
/// <param name="Deletes">Blobs deleted.</param>
public readonly record struct StoreOperations(long Creates, long Reads, long Lists, long Replaces, long Deletes)
{
    /// <summary>All calls.</summary>
    public long Total => Creates + Reads + Lists + Replaces + Deletes;

    /// <summary>Adds, member by member.</summary>
    public static StoreOperations operator +(StoreOperations left, StoreOperations right) => new(
        left.Creates + right.Creates, left.Reads + right.Reads, left.Lists + right.Lists, left.Replaces + right.Replaces, left.Deletes + right.Deletes);

    /// <summary>Subtracts, member by member.</summary>
    public static StoreOperations operator -(StoreOperations left, StoreOperations right) => new(
        left.Creates - right.Creates, left.Reads - right.Reads, left.Lists - right.Lists, left.Replaces - right.Replaces, left.Deletes - right.Deletes);

    /// <summary>Adds, member by member.</summary>
    public static StoreOperations Add(StoreOperations left, StoreOperations right) => left + right;

    /// <summary>Subtracts, member by member.</summary>
    public static StoreOperations Subtract(StoreOperations left, StoreOperations right) => left - right;
}
