namespace AmViz.Maximization;

/// <summary>Batches are filled up, so that every one runs with the same kernels.</summary>
internal static class PaddedBatch
{
    /// <summary><paramref name="items"/>, and then the last of them again and again.</summary>
    /// <param name="items">1 to <paramref name="size"/> items.</param>
    /// <param name="size">Images computed at once.</param>
    public static IReadOnlyList<T> Fill<T>(IReadOnlyList<T> items, int size) => [.. items, .. Enumerable.Repeat(items[^1], size - items.Count)];
}
