using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>The child's part of <see cref="ScriptProbe"/>: loads and runs a TorchScript program, whatever that does to the process.</summary>
public static class ScriptExplorer
{
    private const int MostLayers = 500;
    private const double Tolerance = 1e-4;

    // Which module is called, and on what.
    private static readonly string[] CallFields = ["module", "input"];

    /// <summary>Runs the program that a <c>config.json</c> describes, through its last layer.</summary>
    /// <param name="path">A folder, or a program in one.</param>
    public static ProbeReport Try(string path)
    {
        try
        {
            var folder = WeightsFolder.Open(path);
            if (folder.Blueprint is not TorchScriptBlueprint blueprint)
            {
                return new($"its architecture is {folder.Description.Architecture}, not torchscript", Config: null, []);
            }

            using var scope = NewDisposeScope();
            using var network = TorchScriptNetwork.LoadUnguarded(folder, blueprint, CPU);
            var size = folder.Description.InputSize;
            network.Forward(zeros(1, folder.Description.InputChannels.Count, size, size), folder.Description.LayerShapes[^1].Name);
            return new(Error: null, Config: null, []);
        }
        catch (WeightsFormatException e)
        {
            return new(e.Message, Config: null, []);
        }
    }

    /// <summary>Finds out how the layers of a program can be had, and proposes a <c>config.json</c>.</summary>
    /// <param name="path">The program.</param>
    /// <param name="size">Side of the pictures to try, in pixels.</param>
    /// <param name="channels">Channels of the pictures; null: found out.</param>
    public static ProbeReport Explore(string path, int size, int? channels = null)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var program = LoadedProgram.Open(bytes, CPU);
            var notes = new List<string>();
            if (FindPicture(program, size, channels, notes) is not { } picture)
            {
                return new(Error: null, Config: null, notes);
            }

            (var taps, var layers, var classes) = FindLayers(program, bytes, picture, notes);
            if (layers.Count == 0)
            {
                return new(Error: null, Config: null, notes);
            }

            var givesProbabilities = classes is not null && ScriptRemarks.AreProbabilities(classes);
            notes.AddRange(ScriptRemarks.OfClasses(classes, givesProbabilities));

            notes.Add(ScriptRemarks.Correct);
            return new(Error: null, Describe(bytes, picture, program, taps, layers, givesProbabilities), notes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ExternalException)
        {
            return new($"it cannot be loaded: {ErrorText.Shorten(e.Message.Split('\n')[0], longest: 300)}", Config: null, []);
        }
    }

    /// <summary>A picture that forward takes; its number of channels is that of the first convolution where it is not three.</summary>
    private static Tensor? FindPicture(jit.ScriptModule program, int size, int? channels, List<string> notes)
    {
        int[] counts = channels is { } told ? [told] : [.. CountsToTry(program).Where(count => count is >= 1 and <= NetworkDescription.MostInputChannels).Distinct()];
        string? why = null;
        foreach (var count in counts)
        {
            var picture = rand(1, count, size, size) * 2 - 1;                        // [1, C, size, size]

            // What it returns may be of a kind that is not known here: then there is no error, and it takes the picture all the same.
            if (Call(program, out var error, picture) is not null || error is null || Call(program, out _, picture, 0) is not null)
            {
                return picture;
            }

            why ??= error;
        }

        notes.Add(FormattableString.Invariant($"Its forward takes neither (x) nor (x, upto: int) with pictures of {size} x {size} pixels and {string.Join(" or ", counts)} channels; ")
            + $"of (x) with {counts[0]} torch says: {why} Name the pictures it takes with --size and --channels, or give it one of the two.");
        return null;
    }

    private static IEnumerable<int> CountsToTry(jit.ScriptModule program)
    {
        yield return NetworkDescription.Rgb.Count;
        foreach (var parameter in program.parameters(true).Where(parameter => parameter.dim() == 4).Take(1))
        {
            yield return (int)parameter.shape[1];
        }

        foreach (var count in (int[])[1, 4, 2])
        {
            yield return count;
        }
    }

    private static (string Taps, JsonArray Layers, Tensor? Classes) FindLayers(jit.ScriptModule program, byte[] bytes, Tensor picture, List<string> notes)
    {
        var result = Call(program, out var error, picture);
        switch (result)
        {
            case Tensor whole:
                (var modules, var logits) = OfModules(program, bytes, picture, whole.dim() == 1 ? whole.unsqueeze(1) : whole, notes);
                return ("modules", modules, logits);
            case Tensor[] many:
                return OfTensors(program, picture, many, notes);
            case ITuple tuple when Enumerable.Range(0, tuple.Length).All(index => tuple[index] is Tensor or null):
                return OfTensors(program, picture, [.. Enumerable.Range(0, tuple.Length).Select(index => tuple[index]).OfType<Tensor>()], notes);
            case null when error is not null:
                return ("upto", OfSteps(program, picture), null);
            default:
                notes.Add("Its forward returns neither a tensor nor a tuple of tensors. Give it a forward that returns its layers as a tuple, the classes last, and save it again.");
                return ("tuple", [], null);
        }
    }

    private static (string Taps, JsonArray Layers, Tensor? Classes) OfTensors(jit.ScriptModule program, Tensor picture, Tensor[] tensors, List<string> notes)
    {
        // What people tap comes in the order of computation, classes last; networks with auxiliary classifiers return theirs behind the classes.
        var classes = tensors.Length > 0 && tensors[^1].dim() == 2 ? tensors.Length - 1 : Array.FindIndex(tensors, values => values.dim() == 2);
        var layers = new JsonArray();
        for (var i = 0; i < tensors.Length; i++)
        {
            layers.Add(LayerOf(string.Create(CultureInfo.InvariantCulture, $"output_{i}"), tensors[i], isLast: i == classes) ?? new JsonObject());
        }

        notes.AddRange(ScriptRemarks.OfTuple(tensors, [.. layers.Select(layer => (string?)layer!["name"] ?? "?")]));
        notes.AddRange(ScriptRemarks.OfBatches(tensors, Call(program, out var error, cat([picture, picture])), error));
        return ("tuple", layers, classes < 0 ? null : tensors[classes]);
    }

    private static JsonArray OfSteps(jit.ScriptModule program, Tensor picture)
    {
        var layers = new JsonArray();
        for (var step = 0; step < MostLayers && Call(program, out _, picture, step) is Tensor values; step++)
        {
            var isLast = values.dim() == 2;
            layers.Add(LayerOf(string.Create(CultureInfo.InvariantCulture, $"step_{step}"), values, isLast) ?? new JsonObject());
            if (isLast)
            {
                break;
            }
        }

        return layers;
    }

    /// <summary>Calls the modules one after the other and looks whether that is what the whole program does.</summary>
    private static (JsonArray Layers, Tensor Classes) OfModules(jit.ScriptModule program, byte[] bytes, Tensor picture, Tensor whole, List<string> notes)
    {
        if (whole.isfinite().logical_not().any().item<bool>())
        {
            notes.Add(ScriptRemarks.NotFinite);
            return ([], whole);
        }

        var listed = InOrder(program);
        foreach (var order in (List<(string Name, jit.ScriptModule Module)>[])[listed, AsCalled(listed, ScriptCallOrder.Of(bytes))])
        {
            if (OfChain(order, picture, whole, notes) is { } chain)
            {
                return chain;
            }
        }

        notes.Add("Called one after the other, its modules do not give what forward gives: it has shortcuts, branches or steps that are no modules. "
            + "Give it a forward that returns its layers as a tuple, or forward(x, upto: int), and save it again.");
        return ([], whole);
    }

    /// <summary>The modules as often as they are called; those of a Sequential in place of it.</summary>
    private static List<(string Name, jit.ScriptModule Module)> AsCalled(List<(string Name, jit.ScriptModule Module)> listed, IReadOnlyList<string> calls)
        => [.. calls.SelectMany(call => listed.Where(module => module.Name == call || module.Name.StartsWith($"{call}.", StringComparison.Ordinal)))];

    /// <summary>The layers of modules that are called in an order; null, and no notes, where that does not give what the whole program gives.</summary>
    private static (JsonArray Layers, Tensor Classes)? OfChain(List<(string Name, jit.ScriptModule Module)> order, Tensor picture, Tensor whole, List<string> notes)
    {
        List<JsonObject> layers = [];
        var x = picture;
        var before = picture;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (module, called) in order)
        {
            var name = FreeName(module, names);
            (var values, var input) = CallOnSome(called, x);
            if (values is null)
            {
                break;
            }

            var layer = (ChangesNothing(x, values) ? null : LayerOf(name, values, isLast: false)) ?? new JsonObject { ["name"] = name };
            layer["module"] = module;
            if (input != "direct")
            {
                layer["input"] = input;
            }

            layers.Add(layer);
            (before, x) = (x, values);
        }

        var remarks = new List<string>();
        if (layers.Count > 1 && AreAlike(x, whole) && ScriptRemarks.NameOfSquashing(before, x) is { } last)
        {
            remarks.Add($"Its last module, '{(string?)layers[^1]["name"]}', is a {last}: it was left out, so that 'logits' is what goes into it.");
            layers.RemoveAt(layers.Count - 1);
            (x, whole) = (before, before);
        }

        // Classes as a picture of one position, as SqueezeNet has them, are logits for us.
        var classes = x.dim() > 2 && x.flatten(1).shape.SequenceEqual(whole.shape) ? x.flatten(1) : x;
        var end = layers.Count > 0 ? ScriptRemarks.NameOfSquashing(classes, whole) : null;
        if (end is not null)
        {
            remarks.Add($"Its forward ends in a {end} that is no module: 'logits' is what goes into it.");
        }

        if (layers.Count == 0 || (end is null && !AreAlike(classes, whole)))
        {
            return null;
        }

        notes.AddRange(remarks);
        return (classes.dim() == 2 ? NameLogits(layers, classes) : [.. layers], classes);
    }

    /// <summary>The name of a module; with a number where it is called again.</summary>
    private static string FreeName(string module, HashSet<string> taken)
    {
        var name = module;
        for (var call = 2; !taken.Add(name); call++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{module}_call{call}");
        }

        return name;
    }

    /// <summary>Calls the last module that computes something logits; what comes behind it only repeats them.</summary>
    private static JsonArray NameLogits(List<JsonObject> layers, Tensor classes)
    {
        while (layers.Count > 1 && !layers[^1].ContainsKey("channels"))
        {
            layers.RemoveAt(layers.Count - 1);
        }

        var last = LayerOf(NetworkDescription.Logits, classes, isLast: true)!;
        foreach (var field in CallFields.Where(field => layers[^1][field] is not null))
        {
            last[field] = layers[^1][field]!.DeepClone();
        }

        layers[^1] = last;
        return [.. layers];
    }

    private static bool AreAlike(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && allclose(a, b, Tolerance, Tolerance);

    // Dropout, an identity, a flattening: what they give was listed before.
    private static bool ChangesNothing(Tensor input, Tensor output) => input.numel() == output.numel() && input.flatten().eq(output.flatten()).all().item<bool>();

    /// <summary>The top modules, those of a Sequential in place of it.</summary>
    private static List<(string Name, jit.ScriptModule Module)> InOrder(jit.ScriptModule program)
    {
        var all = program.named_modules().Where(module => module.name.Length > 0 && module.module is jit.ScriptModule).Select(module => (module.name, (jit.ScriptModule)module.module)).ToList();
        bool IsSequential(string name) => all.Exists(module => module.name == $"{name}.0");
        return [.. all.Where(module => module.name.Split('.') is [_] or [_, [>= '0' and <= '9', ..]] && !(module.name.Split('.').Length == 1 && IsSequential(module.name)))];
    }

    private static (Tensor? Values, string Input) CallOnSome(jit.ScriptModule module, Tensor x)
    {
        if (Call(module, out _, x.clone()) is Tensor direct)
        {
            return (direct, "direct");
        }

        if (x.dim() == 4 && Call(module, out _, x.mean([2, 3])) is Tensor pooled)
        {
            return (pooled, "mean");
        }

        return Call(module, out _, x.flatten(1)) is Tensor flat ? (flat, "flatten") : (null, "direct");
    }

    // A module that cannot be called in this way says so by an error, and gives null; what it returns may also be of a kind that TorchSharp does not know.
    private static object? Call(jit.ScriptModule module, out string? error, params object[] arguments)
    {
        error = null;
        try
        {
            return module.forward(arguments);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException or NotImplementedException)
        {
            error = ScriptRemarks.Reason(e);
            return null;
        }
    }

    private static JsonObject? LayerOf(string name, Tensor values, bool isLast) => values.shape switch
    {
        [_, var channels, var height, var width] => new() { ["name"] = name, ["channels"] = channels, ["height"] = height, ["width"] = width },
        [_, var tokens, var channels] => new() { ["name"] = name, ["kind"] = "tokens", ["channels"] = channels, ["height"] = tokens },
        [_, var classes] when isLast => new() { ["name"] = NetworkDescription.Logits, ["kind"] = "logits", ["channels"] = classes },
        [_, var channels] => new() { ["name"] = name, ["channels"] = channels, ["height"] = 1, ["width"] = 1 },
        _ => null,
    };

    private static JsonElement Describe(byte[] bytes, Tensor picture, jit.ScriptModule program, string taps, JsonArray layers, bool givesProbabilities)
    {
        var logits = layers.FirstOrDefault(layer => (string?)layer!["kind"] == "logits");
        var config = new JsonObject
        {
            ["architecture"] = "torchscript",
            ["classes"] = logits?["channels"]?.DeepClone() ?? 1,
            ["inputSize"] = picture.shape[2],
            ["preprocessing"] = "x / 127.5 - 1",
            ["taps"] = taps,
            ["parameters"] = program.parameters(true).Sum(parameter => parameter.numel()),
            ["layers"] = layers,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            ["provenance"] = new JsonObject { ["source"] = "", ["license"] = "" },
        };
        if (picture.shape[1] != NetworkDescription.Rgb.Count)
        {
            config["inputChannels"] = picture.shape[1];
        }

        if (givesProbabilities)
        {
            config["output"] = "probabilities";
        }

        return JsonSerializer.SerializeToElement(config);
    }
}
