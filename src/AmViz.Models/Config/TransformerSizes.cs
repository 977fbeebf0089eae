namespace AmViz.Models;

/// <summary>What the names of sizes mean for Vision Transformers (Dosovitskiy et al. 2021, table 1; Touvron et al. 2021, table 1).</summary>
internal static class TransformerSizes
{
    private static readonly (string Name, int Width, int Depth, int Heads)[] Known =
        [("tiny", 192, 12, 3), ("small", 384, 12, 6), ("base", 768, 12, 12), ("large", 1024, 24, 16), ("huge", 1280, 32, 16)];

    /// <summary>Width, depth and heads of a size such as <c>base</c>.</summary>
    public static (int Width, int Depth, int Heads) Of(string name)
    {
        (_, var width, var depth, var heads) = Known.First(size => size.Name == name);
        return (width, depth, heads);
    }
}
