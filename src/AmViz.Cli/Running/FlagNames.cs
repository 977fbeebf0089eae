namespace AmViz.Cli.Running;

/// <summary>From the path of a spec's value to the option that sets it, for sweeps described by options.</summary>
internal static class FlagNames
{
    private static readonly (string Ending, string Flag)[] Flags =
    [
        (".model", "--model"),
        (".weights", "--weights"),
        (".digest", "--digest"),
        (".channels", "--channel"),
        ("recipe.regularizers.totalVariation", "--total-variation"),
        ("recipe.regularizers.l1", "--l1"),
        ("recipe.regularizers.l2", "--l2"),
        ("recipe.magnitude", "--photos"),
        ("recipe.prior.photographs", "--photos"),
        ("recipe.prior.kind", "--recipe"),
        ("recipe.prior.weight", "--prior-weight"),
        (".layer", "--layer"),
        ("models", "--layer"),
        ("recipe.steps", "--steps"),
        ("recipe.size", "--size"),
        ("recipe.objective", "--objective"),
        ("recipe.objective.kind", "--objective"),
    ];

    /// <summary>The mistake, said of the option.</summary>
    public static string Describe(SpecProblem problem)
    {
        var flag = problem.Path.StartsWith("seeds", StringComparison.Ordinal) ? "--seed"
            : problem.Path.StartsWith("recipe.objective.terms", StringComparison.Ordinal) ? "--term"
            : problem.Path.StartsWith("recipe.facets", StringComparison.Ordinal) ? "--facets"
            : Flags.FirstOrDefault(pair => problem.Path.EndsWith(pair.Ending, StringComparison.Ordinal)).Flag ?? problem.Path;
        return $"{flag}: {problem.Message}";
    }
}
