namespace AmViz.Responses;

/// <summary>How well a channel tells the photographs of one label from all others: the area under the ROC curve.</summary>
/// <remarks>
/// The chance that a photograph of the label excites the channel more than one without it, ties counted half (Mann and Whitney 1947). Responses are known by
/// buckets; what lies in one bucket counts as tied, so the area is within <see cref="Error"/> of that of the exact ranks.
/// </remarks>
/// <param name="Area">0 to 1; 0.5 tells nothing.</param>
/// <param name="Error">Half the share of pairs that lie in one bucket.</param>
/// <param name="Positives">Photographs of the label.</param>
internal readonly record struct LabelArea(double Area, double Error, long Positives)
{
    /// <summary>Of one label; null if there are no photographs of it, or none without it.</summary>
    /// <param name="all">All responses.</param>
    /// <param name="label">Those to photographs of the label.</param>
    public static LabelArea? Of(ResponseSketch all, ResponseSketch label)
    {
        var others = all.Count - label.Count;
        if (label.Count == 0 || others == 0)
        {
            return null;
        }

        var level = Math.Max(all.Level, label.Level);
        var (pooled, positives) = (all.At(level), label.At(level));
        var (halves, tied, below, j) = (UInt128.Zero, UInt128.Zero, 0L, 0);
        for (var i = 0; i < pooled.Buckets.Length; i++)
        {
            var here = j < positives.Buckets.Length && positives.Buckets[j] == pooled.Buckets[i] ? positives.Counts[j++] : 0;
            long without = pooled.Counts[i] - here;
            halves += (UInt128)((2 * below) + without) * (uint)here;
            tied += (UInt128)without * (uint)here;
            below += without;
        }

        var pairs = (double)label.Count * others;
        return new((double)halves / 2 / pairs, (double)tied / 2 / pairs, label.Count);
    }
}
