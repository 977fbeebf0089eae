using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Specs;
using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;
using YamlDotNet.RepresentationModel;

namespace AmViz.Cli.Tests.Specs;

/// <summary>Goes by the declaration of the recipe, so that a key that is added later is covered as well.</summary>
public sealed partial class RecipeReaderTests
{
    private static readonly FakeModel Net = new("fakenet", new LayerFacts("conv_1", 6, IsLogits: false));

    // Every part is there, so that each of its numbers can be changed.
    private static readonly RenderRecipe Full = Recipes.Maco with
    {
        Objective = new() { Kind = ObjectiveKind.Neuron, Row = 1, Column = 2, Terms = [new() { Channel = 3 }] },
        Regularizers = new(),
        Facets = new() { Layer = "conv_1" },
        Prior = new(),
        Magnitude = new() { Profile = new double[3 * MagnitudeSettings.ProfileLength] },
    };

    public static TheoryData<string> BoundedNumbers => [.. RecipeKey.All.Where(key => BoundsAttribute.Of(key.Property) is not null && IsNumber(key)).Select(key => key.Path)];

    /// <summary>Numbers whose range only a network knows, and those that are weights of either sign.</summary>
    private static readonly string[] Unbounded = ["recipe.objective.column", "recipe.objective.row", "recipe.objective.terms[0].channel", "recipe.objective.terms[0].weight"];

    [Fact]
    public void EveryNumberDeclaresItsBounds()
        => Assert.Equal(Unbounded, RecipeKey.All.Where(key => IsNumber(key) && BoundsAttribute.Of(key.Property) is null).Select(key => key.Path).Order(StringComparer.Ordinal));

    [Fact]
    public void AnyRecipeSurvivesTheWayThroughASpec()
        => RecipeGen.Any.Sample(recipe =>
        {
            var document = SpecReader.Parse(RecipeText.Spec(RecipeText.Json(recipe)), "a.yaml");
            Assert.Empty(document.Problems);
            Assert.Equal(recipe.Hash, document.Spec.Recipe.Hash);
        });

    [Theory]
    [MemberData(nameof(BoundedNumbers))]
    public Task ANumberOutOfItsBoundsIsRefusedWithItsKeyAndPlace(string path)
    {
        var key = RecipeKey.All.Single(key => key.Path == path);
        var bounds = BoundsAttribute.Of(key.Property)!;
        var outside = IsWhole(key)
            ? Gen.OneOf(Gen.Int[int.MinValue, (int)bounds.Min - 1], Gen.Int[(int)bounds.Max + 1, int.MaxValue]).Where(number => !bounds.Allow(number)).Select(number => (double)number)
            : Gen.OneOf(Gen.Double[-1e15, bounds.Min], Gen.Double[bounds.Max, 1e15]).Where(number => !bounds.Allow(number));
        return outside.SampleAsync(async number =>
        {
            var recipe = RecipeText.Json(Full);
            var steps = path.Split('.');
            steps[1..^1].Aggregate((JsonNode)recipe, (part, step) => part[step]!)[steps[^1]] = number;
            var text = RecipeText.Spec(recipe);
            var line = LineOf(text, steps[^1], JsonValue.Create(number).ToJsonString());
            var place = $"a.yaml:{line.Number}:{line.Text.IndexOf(':', StringComparison.Ordinal) + 3}";
            var found = number.ToString(CultureInfo.InvariantCulture);
            Assert.Equal([$"{place}: {path}: {found} is out of range. Expected {bounds}."], await ProblemsOf(text));
        });
    }

    [Fact]
    public void NullTakesAwayWhatTheNamedRecipeHas()
        => Assert.Equal(
            Recipes.Maco with { Transforms = Recipes.Maco.Transforms with { Crops = null, NoiseDeviation = null } },
            SpecReader.Parse("{ models: [fakenet], recipe: { name: maco, transforms: { crops: null, noiseDeviation: ~ } } }", "a.yaml").Spec.Recipe);

    [Theory]
    [InlineData("{ steps: null }", "recipe.steps: Found 'null'. Expected a whole number.")]
    [InlineData("{ optimizer: null }", "recipe.optimizer: Found 'null'. Expected a mapping with 'kind',")]
    [InlineData("{ algorithmVersion: 5 }", "recipe.algorithmVersion: 'algorithmVersion' is not a key here.")]
    [InlineData("{ hash: 4480e9df9403 }", "recipe.hash: 'hash' is not a key here.")]
    [InlineData("{ Steps: 3 }", "recipe.Steps: 'Steps' is not a key here. Did you mean 'steps'?")]
    [InlineData("{ objective: { terms: [{ weight: 2 }] } }", "recipe.objective.terms[0]: The key 'channel' is missing.")]
    [InlineData("{ objective: { terms: [3] } }", "recipe.objective.terms[0]: Found '3'. Expected a mapping with 'layer', 'channel', 'weight'.")]
    [InlineData("{ transforms: { crops: { cuont: 3 } } }", "recipe.transforms.crops.cuont: 'cuont' is not a key here. Did you mean 'count'?")]
    [InlineData("{ transforms: { scaleMin: 3, scaleMax: wide } }", "recipe.transforms.scaleMax: Found 'wide'. Expected a number.")]
    [InlineData("{ magnitude: { decay: 2 }, parameterization: fixed }", "recipe.parameterization: Found 'fixed'. Expected one of 'fourier',")]
    public async Task AMistakeIsReportedOnceAndNotItsConsequences(string recipe, string expected)
        => Assert.Contains(expected, Assert.Single(await ProblemsOf($"{{ models: [fakenet], recipe: {recipe} }}")), StringComparison.Ordinal);

    [Fact]
    public async Task AnItemOfAListThatIsNoNumberIsReportedWithItsPlace()
    {
        var profile = string.Join(", ", Enumerable.Repeat("1", (3 * MagnitudeSettings.ProfileLength) - 1).Prepend("x"));
        Assert.Equal(
            ["a.yaml:1:67: recipe.magnitude.profile[0]: Found 'x'. Expected a number."],
            await ProblemsOf($"{{ models: [fakenet], recipe: {{ name: maco, magnitude: {{ profile: [{profile}] }} }} }}"));
    }

    [Fact]
    public void TheExampleShowsEveryKeyAndItsCommentsCanBeUncommented()
    {
        var example = CommentedKey().Replace(File.ReadAllText(RepositoryTree.At("examples", "texturenet.yaml")), "  ");
        var document = SpecReader.Parse(example, "texturenet.yaml");
        Assert.Empty(document.Problems);
        var recipe = document.Spec.Recipe;
        var expected = Recipes.Paper with
        {
            Steps = recipe.Steps,
            Transforms = Recipes.Paper.Transforms with { SecondJitterPixels = 4, NoiseDeviation = 0.08, Crops = new() },
            Objective = recipe.Objective,
            Facets = new() { Layer = "conv_pw_5_bn" },
            Regularizers = new() { TotalVariation = 0.5 },
            Magnitude = new(),
            Prior = new() { Weight = 50 },
        };
        Assert.Equal(expected, recipe);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(example));
        Assert.Empty(RecipeKey.All.Select(key => key.Path).Except(PathsOf(yaml.Documents[0].RootNode, "")));
    }

    private static IEnumerable<string> PathsOf(YamlNode node, string path) => node switch
    {
        YamlMappingNode mapping => mapping.SelectMany(item => PathsOf(item.Value, path.Length == 0 ? $"{item.Key}" : $"{path}.{item.Key}")).Append(path),
        YamlSequenceNode list => list.SelectMany((item, i) => PathsOf(item, $"{path}[{i}]")).Append(path),
        _ => [path],
    };

    private static (int Number, string Text) LineOf(string text, string key, string value)
        => text.Split('\n').Index().Select(line => (line.Index + 1, line.Item)).Single(line => line.Item.Trim() == $"{key}: {value}");

    private static bool IsNumber(RecipeKey key) => IsWhole(key) || TypeOf(key) == typeof(double);

    private static bool IsWhole(RecipeKey key) => TypeOf(key) == typeof(int);

    private static Type TypeOf(RecipeKey key) => Nullable.GetUnderlyingType(key.Property.PropertyType) ?? key.Property.PropertyType;

    private static async Task<IReadOnlyList<string>> ProblemsOf(string yaml)
        => (await Assert.ThrowsAsync<UsageException>(() => SpecReader.Parse(yaml, "a.yaml").PlanAsync(spec => Task.FromResult(SweepPlanner.Plan(spec, _ => Net))))).Problems;

    [GeneratedRegex("^  # (?=[a-zA-Z]+: )", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommentedKey();
}
