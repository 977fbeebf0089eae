using System.CommandLine;
using AmViz.Cli.Specs;
using AmViz.Sweeps;

namespace AmViz.Cli.Options;

/// <summary>How pictures are drawn: a recipe by name, and options that change single numbers of it.</summary>
internal sealed class RecipeOptions
{
    private static readonly string[] Objectives = [.. Enum.GetNames<ObjectiveKind>().Select(name => name.ToLowerInvariant())];

    private readonly Option<string?> _recipe = Words.OneOf("--recipe", [.. Recipes.All.Select(recipe => recipe.Name)], "How to draw. Default: paper.");
    private readonly Option<int?> _steps = Words.Number("--steps", "256", "Ascent steps. Default: 1000.");
    private readonly Option<int?> _size = Words.Number("--size", "224", "Height and width in pixels. Default: the network's own input size.");
    private readonly Option<string?> _transforms = Words.OneOf("--transforms", TransformChoices.Names, "Random transforms at every step. Default: the recipe's own.");
    private readonly Option<string?> _objective = Words.OneOf("--objective", Objectives, "What is maximized. Default: channel, which on the layer 'logits' is a class.");
    private readonly Option<int?> _row = Words.Number("--row", "7", "Row of a neuron. Default: the middle.");
    private readonly Option<int?> _column = Words.Number("--column", "7", "Column of a neuron. Default: the middle.");
    private readonly Option<int[]?> _seeds = Words.Numbers("--seed", "--seeds", "One picture a channel for each seed. Default: 0.");

    private IEnumerable<Option> All => [_recipe, _steps, _size, _transforms, _objective, _row, _column, _seeds];

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The spec with everything the command line says about drawing.</summary>
    public SweepSpec Apply(ParseResult result, SweepSpec spec)
    {
        var recipe = result.GetValue(_recipe) is { } name ? Recipes.Find(name)! : spec.Recipe;
        return spec with
        {
            Recipe = recipe with
            {
                Steps = result.GetValue(_steps) ?? recipe.Steps,
                Size = result.GetValue(_size) ?? recipe.Size,
                Transforms = result.GetValue(_transforms) is { } word ? TransformChoices.Find(word)! : recipe.Transforms,
                Objective = recipe.Objective with
                {
                    Kind = result.GetValue(_objective) is { } kind ? Enum.Parse<ObjectiveKind>(kind, ignoreCase: true) : recipe.Objective.Kind,
                    Row = result.GetValue(_row) ?? recipe.Objective.Row,
                    Column = result.GetValue(_column) ?? recipe.Objective.Column,
                },
            },
            Seeds = result.GetValue(_seeds) is { Length: > 0 } seeds ? seeds : spec.Seeds,
        };
    }
}
