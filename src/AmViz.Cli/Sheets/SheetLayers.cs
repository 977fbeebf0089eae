using AmViz.Atlas;

namespace AmViz.Cli.Sheets;

/// <summary>Which layers of a sweep get a sheet.</summary>
internal static class SheetLayers
{
    /// <summary>Finds the layers that a command line names.</summary>
    /// <param name="plan">Of the sweep.</param>
    /// <param name="model">Only of this network; null: of all.</param>
    /// <param name="names">None: all.</param>
    /// <returns>In the order of the plan.</returns>
    /// <exception cref="UsageException">The sweep draws no such network or layer; every mistake is named.</exception>
    public static IReadOnlyList<PlannedLayer> Choose(SweepPlan plan, string? model, IReadOnlyList<string> names)
    {
        string[] models = [.. plan.Layers.Select(layer => layer.Model).Distinct(StringComparer.Ordinal)];
        if (model is not null && !models.Contains(model, StringComparer.Ordinal))
        {
            throw new UsageException($"--model: sweep {plan.Id} draws no network '{model}'.{Nearest.Question(model, models)} It draws {string.Join(", ", models)}.");
        }

        PlannedLayer[] layers = [.. plan.Layers.Where(layer => model is null || layer.Model == model)];
        string[] there = [.. layers.Select(layer => layer.Layer).Distinct(StringComparer.Ordinal)];
        string[] unknown = [.. names.Except(there, StringComparer.Ordinal)];
        return unknown.Length == 0
            ? [.. layers.Where(layer => names.Count == 0 || names.Contains(layer.Layer, StringComparer.Ordinal))]
            : throw new UsageException([.. unknown.Select(name => $"--layer: sweep {plan.Id} draws no layer '{name}'{(model is null ? "" : $" of {model}")}.{Nearest.Question(name, there)} It draws {string.Join(", ", there)}.")]);
    }

    /// <summary>Requires that every layer can have a sheet.</summary>
    /// <exception cref="UsageException">One cannot; every one is named, with what to do.</exception>
    public static void Require(SheetBuilder builder, IReadOnlyList<PlannedLayer> layers, IReadOnlyList<SheetFormat> formats)
    {
        string[] problems = [.. layers.Select(layer => builder.ProblemWith(layer, formats)).OfType<string>()];
        if (problems.Length > 0)
        {
            throw new UsageException(problems);
        }
    }
}
