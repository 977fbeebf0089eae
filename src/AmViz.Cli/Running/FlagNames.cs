using AmViz.Sweeps;

namespace AmViz.Cli.Running;

/// <summary>From the path of a spec's value to the option that sets it, for sweeps described by options.</summary>
internal static class FlagNames
{
    private static readonly (string Ending, string Flag)[] Flags =
    [
        (".model", "--model"),
        (".weights", "--weights"),
        (".channels", "--channel"),
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
        var flag = problem.Path.StartsWith("seeds", StringComparison.Ordinal)
            ? "--seed"
            : Flags.FirstOrDefault(pair => problem.Path.EndsWith(pair.Ending, StringComparison.Ordinal)).Flag ?? problem.Path;
        return $"{flag}: {problem.Message}";
    }
}
