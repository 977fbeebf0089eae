using AmViz.Cli.Specs;

namespace AmViz.Cli.Options;

/// <summary>How pictures are drawn: a recipe by name, and options that change single numbers of it.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<string?> _recipe = WordOption.Create("--recipe", [.. Recipes.All.Select(recipe => recipe.Name)], $"How to draw. Default: {Recipes.Paper.Name}.");
    private readonly Option<int?> _steps = NumberOption.Whole("--steps", "256", $"Ascent steps, {Bounds<RenderRecipe>(nameof(RenderRecipe.Steps))}. Default: the recipe's own ({Recipes.Paper.Name}: {Recipes.Paper.Steps}).");
    private readonly Option<int?> _size = NumberOption.Whole("--size", "224", $"Height and width in pixels, {Bounds<RenderRecipe>(nameof(RenderRecipe.Size))}. Default: the recipe's own.");
    private readonly Option<string?> _transforms = WordOption.Create("--transforms", TransformChoices.Names, "Random transforms at every step. Default: the recipe's own.");
    private readonly Option<ObjectiveKind?> _objective = WordOption.Create<ObjectiveKind>("--objective", "What is maximized. Default: channel, which on the layer 'logits' is a class.");
    private readonly Option<int?> _row = NumberOption.Whole("--row", "7", "Row of a neuron. Default: the middle.");
    private readonly Option<int?> _column = NumberOption.Whole("--column", "7", "Column of a neuron. Default: the middle.");
    private readonly Option<TokenSelection?> _tokens = WordOption.Create<TokenSelection>("--tokens", "Tokens of a Vision Transformer that a hidden dimension is averaged over. Default: all.");
    private readonly Option<ObjectiveTerm[]?> _terms = ObjectiveTermOption.Create();
    private readonly Option<int?> _facets = NumberOption.Whole("--facets", "4", $"Draw so many unlike pictures of each channel, {Bounds<FacetSettings>(nameof(FacetSettings.Count))}, side by side. Default: one.");
    private readonly Option<double?> _totalVariation = NumberOption.Real("--total-variation", "0.5", $"Weight of the penalty on roughness, {Bounds<RegularizerSettings>(nameof(RegularizerSettings.TotalVariation))}. Default: the recipe's own.");
    private readonly Option<double?> _l1 = NumberOption.Real("--l1", "0.5", $"Weight of the penalty on the distance from mid-grey, {Bounds<RegularizerSettings>(nameof(RegularizerSettings.L1))}. Default: the recipe's own.");
    private readonly Option<double?> _l2 = NumberOption.Real("--l2", "0.5", $"Weight of the penalty on the squared distance from mid-grey, {Bounds<RegularizerSettings>(nameof(RegularizerSettings.L2))}. Default: the recipe's own.");
    private readonly Option<double?> _priorWeight = NumberOption.Real("--prior-weight", "20", $"Weight of the distance from natural pictures, {Bounds<PriorSettings>(nameof(PriorSettings.Weight))}, of the recipes that have one (deepinversion, vital). Default: the recipe's own.");
    private readonly Option<bool> _greyscale = new("--greyscale") { Description = "Pictures without colours, of a network whose pictures have red, green and blue." };
    private readonly Option<string?> _photos = new("--photos") { Description = "Folder of photographs that the recipe goes by: maco takes their magnitude spectrum (default: a law of 1/frequency), vital what layers make of them, and so does deepinversion, where the weights do not tell it.", HelpName = "DIR" };
    private readonly Option<int[]?> _seeds = NumberOption.List("--seed", "--seeds", "One picture a channel for each seed. Default: 0.");

    private IEnumerable<Option> All
        => [_recipe, _steps, _size, _transforms, _objective, _row, _column, _tokens, _terms, _facets, _totalVariation, _l1, _l2, _priorWeight, _greyscale, _photos, _seeds];

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The photographs that the recipe names.</summary>
    /// <exception cref="UsageException">They cannot be read.</exception>
    public ReferencePhotographs Photographs(ParseResult result) => result.GetValue(_photos) is { } folder ? ReferencePhotographs.Read(folder) : ReferencePhotographs.None;

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
                    Kind = result.GetValue(_objective) ?? recipe.Objective.Kind,
                    Row = result.GetValue(_row) ?? recipe.Objective.Row,
                    Column = result.GetValue(_column) ?? recipe.Objective.Column,
                    Tokens = result.GetValue(_tokens) ?? recipe.Objective.Tokens,
                    Terms = result.GetValue(_terms) is { Length: > 0 } terms ? terms : recipe.Objective.Terms,
                },
                Facets = result.GetValue(_facets) is { } facets ? (recipe.Facets ?? new()) with { Count = facets } : recipe.Facets,
                Regularizers = Regularizers(result, recipe.Regularizers),
                Greyscale = result.GetValue(_greyscale) || recipe.Greyscale,
                Prior = Prior(result, recipe),
                Magnitude = result.GetValue(_photos) is { } folder && recipe.Prior is null ? (recipe.Magnitude ?? new()) with { Profile = PhotographProfile.Measure(folder) } : recipe.Magnitude,
            },
            Seeds = result.GetValue(_seeds) is { Length: > 0 } seeds ? seeds : spec.Seeds,
        };
    }

    private static BoundsAttribute Bounds<T>(string property) => BoundsAttribute.Of<T>(property);

    private PriorSettings? Prior(ParseResult result, RenderRecipe recipe)
    {
        var weight = result.GetValue(_priorWeight);
        if (recipe.Prior is not { } prior)
        {
            return weight is null ? null : throw new UsageException($"--prior-weight: The recipe '{recipe.Name}' holds pictures to nothing. Choose one that does, such as --recipe {Recipes.DeepInversion.Name}.");
        }

        prior = prior with { Weight = weight ?? prior.Weight };
        return result.GetValue(_photos) is null ? prior : WithPhotographs(prior, Photographs(result));
    }

    // What the weights tell is what photographs would, at best; who gives some wants theirs.
    private static PriorSettings WithPhotographs(PriorSettings prior, ReferencePhotographs photographs) => prior with
    {
        Kind = prior.Kind == PriorKind.BatchNorm ? PriorKind.Moments : prior.Kind,
        Photographs = [.. photographs.Files.Select(file => file.Digest)],
    };

    private RegularizerSettings? Regularizers(ParseResult result, RegularizerSettings? recipe)
    {
        var (totalVariation, l1, l2) = (result.GetValue(_totalVariation), result.GetValue(_l1), result.GetValue(_l2));
        if ((totalVariation ?? l1 ?? l2) is null)
        {
            return recipe;
        }

        recipe ??= new();
        return new() { TotalVariation = totalVariation ?? recipe.TotalVariation, L1 = l1 ?? recipe.L1, L2 = l2 ?? recipe.L2 };
    }
}
