namespace AmViz.Responses;

/// <summary>How far one place of a map stands for the whole.</summary>
public static class MapLocality
{
    /// <summary>The sparseness of Vinje and Gallant 2000 (after Treves and Rolls 1991), over the positions of a map.</summary>
    /// <remarks>(1 - (sum r)^2 / (n sum r^2)) / (1 - 1 / n), where r is what a position exceeds the floor by, or 0.</remarks>
    /// <param name="map">Values of a channel at n positions.</param>
    /// <param name="floor">What counts as no response: the channel's mean over photographs and positions.</param>
    /// <returns>0 where all positions respond alike, 1 where one alone does; null for fewer than two positions, if none exceeds the floor, or if a value is no finite number.</returns>
    public static double? Of(IReadOnlyList<float> map, double floor)
    {
        ArgumentNullException.ThrowIfNull(map);
        double[] excess = [.. map.Select(value => Math.Max(0, value - floor))];
        var (sum, squares) = (excess.Sum(), excess.Sum(value => value * value));
        return map.Count < 2 || !(squares > 0) || !double.IsFinite(squares) || !map.All(float.IsFinite)
            ? null
            : Math.Clamp((1 - (sum * sum / (map.Count * squares))) / (1 - (1.0 / map.Count)), 0, 1);
    }
}
