using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace AmViz.Cli.Specs;

/// <summary>Reads a sweep spec from YAML (or JSON, which is YAML) and records the place of every value.</summary>
internal static class SpecReader
{
    /// <summary>Longest file in bytes. A spec that names each layer of many networks takes some kilobytes.</summary>
    public const int LongestFile = 1 << 20;

    private static readonly string[] NamesOfNetworks = ["model", "weights", "digest"];

    // A spec is at most five levels deep; the library reads deep nesting by recursion.
    private const int DeepestNesting = 32;

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It cannot be read, or is no YAML at all.</exception>
    public static SpecDocument Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= LongestFile
                ? Parse(File.ReadAllText(path), path)
                : throw new UsageException($"The spec '{path}' has {length} bytes; at most {LongestFile} are read. Is it the right file?");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The spec '{path}' cannot be read: {exception.Message} Give the path of a YAML file, or describe the sweep with --model and --layer.");
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="path">Its file: named in messages, and what relative weights folders are relative to.</param>
    /// <exception cref="UsageException">It is no YAML at all.</exception>
    public static SpecDocument Parse(string yaml, string path)
    {
        var stream = new YamlStream();
        try
        {
            CheckEvents(yaml);
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException exception)
        {
            throw new UsageException($"{path}:{exception.Start.Line}:{exception.Start.Column}: This is not YAML: {exception.Message}");
        }

        if (stream.Documents.Count != 1)
        {
            throw new UsageException($"{path}:1:1: Found {stream.Documents.Count} documents. Expected one, with a list 'models'.");
        }

        var places = new SpecPlaces();
        var problems = new List<SpecProblem>();
        var spec = ReadSpec(new SpecNode(stream.Documents[0].RootNode, "", places, problems), Path.GetDirectoryName(path) ?? "");
        return new(path, spec, problems, places);
    }

    /// <summary>Refuses what the library would take too literally: nesting without end, and patterns that begin with '*', which are aliases in YAML.</summary>
    private static void CheckEvents(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        var anchors = new HashSet<AnchorName>();
        var depth = 0;
        while (MoveNext(parser))
        {
            var (start, end) = (parser.Current!.Start, parser.Current.End);
            depth += parser.Current.NestingIncrease;
            if (depth > DeepestNesting)
            {
                throw new SemanticErrorException(in start, in end, $"it is nested more than {DeepestNesting} levels deep; a spec needs five.");
            }

            if (parser.Current is NodeEvent { Anchor.IsEmpty: false } anchored)
            {
                anchors.Add(anchored.Anchor);
            }

            if (parser.Current is AnchorAlias alias && !anchors.Contains(alias.Value))
            {
                throw new SemanticErrorException(in start, in end, $"'*{alias.Value}' without quotes is an alias, and there is no anchor of that name. Write a pattern that begins with '*' in quotes.");
            }
        }
    }

    private static bool MoveNext(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (InvalidOperationException e)
        {
            // So the library says of "[b: c", a line later, "d: 1".
            var (start, end) = (parser.Current?.Start ?? Mark.Empty, parser.Current?.End ?? Mark.Empty);
            throw new YamlException(in start, in end, "what follows cannot be read. Is a bracket left open here?", e);
        }
    }

    private static SweepSpec ReadSpec(SpecNode root, string folder)
    {
        var keys = root.Mapping("models", "recipe", "seeds", "failureBudget", "photographs", "scores");
        var fallback = new SweepSpec();
        return new()
        {
            Models = keys.TryGetValue("models", out var models) ? [.. models.Items().Select(model => ReadModel(model, folder))] : [],
            Recipe = keys.TryGetValue("recipe", out var recipe) ? RecipeReader.Read(recipe) : fallback.Recipe,
            Seeds = keys.TryGetValue("seeds", out var seeds) ? ReadSeeds(seeds) ?? fallback.Seeds : fallback.Seeds,
            FailureBudget = keys.TryGetValue("failureBudget", out var budget) ? ReadBudget(budget) : null,
            Photographs = keys.TryGetValue("photographs", out var photographs) ? ReadPhotographs(photographs, keys, folder) : null,
            Scores = keys.TryGetValue("scores", out var scores) ? ReadScores(scores, keys, folder) : null,
        };
    }

    private static ModelSelection ReadModel(SpecNode node, string folder)
    {
        if (node.IsScalar)
        {
            return new() { Model = node.Text() };
        }

        var keys = node.Mapping([.. NamesOfNetworks, "checkpointKey", "layers"]);
        var named = NamesOfNetworks.Where(keys.ContainsKey).ToDictionary(key => key, key => keys[key].Text(), StringComparer.Ordinal);
        var layers = keys.TryGetValue("layers", out var list) ? list.Items().Select(ReadLayer).ToArray() : [];
        if (keys.Count > 0 && named.Count == 0)
        {
            node.Note("None of 'model', 'weights' and 'digest' is given. Name a network, such as 'model: texturenet'.");
        }

        return new()
        {
            Model = named.GetValueOrDefault("model"),
            Weights = named.GetValueOrDefault("weights") is { } weights ? Path.Combine(folder, weights) : null,
            Digest = named.GetValueOrDefault("digest"),
            CheckpointKey = keys.GetValueOrDefault("checkpointKey")?.Text(),
            // Which network it is about is unknown when its name cannot be read; then its layers cannot be judged.
            Layers = named.ContainsValue(null) ? [] : layers,
        };
    }

    private static LayerSelection ReadLayer(SpecNode node)
    {
        if (node.IsScalar)
        {
            return new(node.Text() ?? "");
        }

        var keys = node.Mapping("layer", "channels");
        if (keys.TryGetValue("layer", out var name))
        {
            return new(name.Text() ?? "", keys.TryGetValue("channels", out var channels) ? ReadChannels(channels) : null);
        }

        node.Note("The name of the layer is missing. Write 'layer: NAME', as 'amviz models show' lists them.");
        return new("");
    }

    private static ChannelSet? ReadChannels(SpecNode node)
    {
        var parts = node.IsList ? node.Items().Select(item => item.Text()).ToArray() : [node.Text()];
        if (parts.Length == 0)
        {
            node.Note("The list is empty. Write channels such as 0-31,40, or leave the key out for all.");
        }

        if (parts.Length == 0 || parts.Contains(null))
        {
            return null;
        }

        var channels = ChannelSet.TryParse(string.Join(',', parts), out var problem);
        if (problem is not null)
        {
            node.Note(problem);
        }

        return channels;
    }

    private static int[]? ReadSeeds(SpecNode node)
    {
        var seeds = (node.IsScalar ? [node] : node.Items()).Select(item => item.Integer()).ToArray();
        return seeds.Contains(null) ? null : [.. seeds.OfType<int>()];
    }

    private static PhotographSelection ReadPhotographs(SpecNode node, IReadOnlyDictionary<string, SpecNode> beside, string folder)
    {
        if (beside.TryGetValue("recipe", out var recipe))
        {
            recipe.Note("Nothing is drawn where photographs are shown. Leave the recipe out, or the photographs.");
        }

        var keys = node.Mapping("textures", "folder", "labelColumn", "copy", "shardSize", "batch", "crops", "effectiveFields");
        var fallback = new PhotographSelection();
        return new()
        {
            Textures = keys.GetValueOrDefault("textures")?.Integer(),
            Folder = keys.GetValueOrDefault("folder")?.Text() is { } named ? Path.GetFullPath(Path.Combine(folder, named)) : null,
            LabelColumn = keys.GetValueOrDefault("labelColumn")?.Text(),
            Copy = keys.GetValueOrDefault("copy")?.Flag() ?? fallback.Copy,
            ShardSize = keys.GetValueOrDefault("shardSize")?.Integer(),
            Batch = keys.GetValueOrDefault("batch")?.Integer(),
            Crops = keys.GetValueOrDefault("crops")?.Integer() ?? fallback.Crops,
            EffectiveFields = keys.GetValueOrDefault("effectiveFields")?.Integer() ?? fallback.EffectiveFields,
        };
    }

    private static ScoreSelection ReadScores(SpecNode node, IReadOnlyDictionary<string, SpecNode> beside, string folder)
    {
        if (beside.TryGetValue("recipe", out var recipe))
        {
            recipe.Note("Nothing is drawn where pictures are scored. Leave the recipe out, or the scores.");
        }

        var keys = node.Mapping("sweep", "judge");
        return new()
        {
            Sweep = keys.GetValueOrDefault("sweep")?.Text(),
            Judge = keys.TryGetValue("judge", out var judge) ? ReadModel(judge, folder) : null,
        };
    }

    private static int? ReadBudget(SpecNode node)
    {
        var budget = node.Integer();
        if (budget < 0)
        {
            node.Note($"{budget} is negative. Expected the number of failed channels to give up after, or leave the key out.");
        }

        return budget;
    }
}
