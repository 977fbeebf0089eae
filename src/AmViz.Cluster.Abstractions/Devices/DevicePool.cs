namespace AmViz.Cluster.Abstractions;

/// <summary>Names of pools: groups of devices to which a sweep may be bound.</summary>
public static class DevicePool
{
    /// <summary>Pool of devices that are configured without one.</summary>
    public const string Default = "default";

    /// <summary>Stands for all pools: a sweep bound to it may be drawn by every device. No pool has this name.</summary>
    public const string Any = "any";

    private const int LongestName = 63;

    /// <summary>Whether devices may be in a pool of that name: small letters, digits and hyphens as in a name of Kubernetes, and not <see cref="Any"/>.</summary>
    public static bool IsName(string text)
        => text.Length is > 0 and <= LongestName
            && text != Any
            && text[0] != '-' && text[^1] != '-'
            && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <summary>Whether a device of <paramref name="pool"/> may draw a sweep that is bound to <paramref name="bound"/>.</summary>
    public static bool MayDraw(string pool, string bound) => bound == Any || bound == pool;
}
