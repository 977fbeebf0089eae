namespace AmViz.Models;

/// <summary>Whether two networks tell the same classes apart, in the same order.</summary>
public static class SharedClasses
{
    /// <summary>By their labels: as many, and the first name of each the same but for its case. One whose labels are not known is believed if it has as many.</summary>
    /// <remarks>Only first names, because one list has "tench, Tinca tinca" where another has "tench".</remarks>
    public static bool Are(NetworkDescription one, NetworkDescription other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Labels.Count > 0 && one.Labels.Count == other.Labels.Count
            && (!AreKnown(one) || !AreKnown(other) || one.Labels.Select(FirstName).SequenceEqual(other.Labels.Select(FirstName), StringComparer.OrdinalIgnoreCase));
    }

    private static bool AreKnown(NetworkDescription network) => !network.Labels.SequenceEqual(ClassLabels.ByIndex(network.Labels.Count), StringComparer.Ordinal);

    private static string FirstName(string label) => label.Split(',')[0].Trim();
}
