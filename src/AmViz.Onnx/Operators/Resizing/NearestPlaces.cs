namespace AmViz.Onnx;

/// <summary>Which place of an axis each place of the stretched one is a copy of.</summary>
internal static class NearestPlaces
{
    /// <summary>Names of the ways to round, ONNX's <c>nearest_mode</c>.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

    /// <summary>The places.</summary>
    /// <param name="axis">What is stretched.</param>
    /// <param name="mode">One of <see cref="Modes"/>.</param>
    public static long[] Of(ResizeAxis axis, string mode)
    {
        var places = new long[axis.To];
        for (var to = 0L; to < axis.To; to++)
        {
            var place = axis.Place(to);
            var rounded = mode switch
            {
                "round_prefer_floor" => Math.Ceiling(place - 0.5),
                "round_prefer_ceil" => Math.Floor(place + 0.5),
                "floor" => Math.Floor(place),
                _ => Math.Ceiling(place),
            };
            places[to] = (long)Math.Clamp(rounded, 0, axis.From - 1);
        }

        return places;
    }

    /// <summary>How often every place is repeated, one after the other; null: it is not that simple.</summary>
    public static long? Repeats(long[] places, long length)
    {
        var repeats = places.Length / length;
        return repeats * length == places.Length && repeats > 0 && !places.Where((place, i) => place != i / repeats).Any() ? repeats : null;
    }
}
