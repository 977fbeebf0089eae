namespace AmViz.Cli.Specs;

/// <summary>Transforms by a word, so that "jitter alone" can be asked for without numbers.</summary>
internal static class TransformChoices
{
    /// <summary>Jitter, scale and rotation with the ranges of the recipe <c>paper</c>.</summary>
    public const string All = "all";

    /// <summary>The words, in the order in which they are listed to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [All, "jitter", "none"];

    /// <summary>What the word stands for; null if it is none of <see cref="Names"/>.</summary>
    public static TransformSettings? Find(string name) => name switch
    {
        All => Recipes.Paper.Transforms,
        "jitter" => TransformSettings.None with { JitterPixels = Recipes.Paper.Transforms.JitterPixels },
        "none" => TransformSettings.None,
        _ => null,
    };
}
