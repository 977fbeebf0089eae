using System.Text.Json;
using System.Text.RegularExpressions;
namespace AmViz.Weights;

/// <summary>The layers that the configuration in a <c>.keras</c> file tells, in Keras's order.</summary>
/// <param name="Class">Class of the layer in snake case, as groups of the weights are called.</param>
/// <param name="LayerName">Its name.</param>
/// <param name="Words">Keras's words for its variables, where the configuration tells more than the class.</param>
/// <param name="Inner">The layers of a model; none for other layers.</param>
internal sealed partial record Keras3Config(string Class, string LayerName, IReadOnlyList<string>? Words, IReadOnlyList<Keras3Config> Inner)
{
    private const int DeepestJson = 128;

    // Those of Keras 3 first; the other is of 2.13.
    private static readonly string[] Containers = ["layers", "_layer_checkpoint_dependencies"];

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="WeightsFormatException">It is no configuration of a model.</exception>
    public static Keras3Config Read(Stream stream, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = DeepestJson });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how a string says that it is not valid UTF-8 or UTF-16.
            throw new WeightsFormatException($"{path}: is not JSON ({ErrorText.Shorten(e.Message)}). The file is damaged; get it again from its source.", e);
        }
    }

    /// <summary>The layers of a file with the names that this tells; where a layer tells its own, that stays.</summary>
    public IReadOnlyList<Keras3Layer> Name(IReadOnlyList<Keras3Layer> layers)
    {
        var named = new Dictionary<string, Keras3Config>(StringComparer.Ordinal);
        Match(string.Empty, this, layers.ToLookup(layer => layer.Container, StringComparer.Ordinal), named);
        return [.. layers.Select(layer => named.TryGetValue(layer.Path, out var config) ? layer with { Name = layer.Name ?? config.LayerName, Words = config.Words } : layer)];
    }

    /// <summary>keras/src/utils/naming.py, <c>to_snake_case</c>.</summary>
    internal static string SnakeCase(string name)
    {
        var letters = string.Concat(name.Where(c => char.IsLetterOrDigit(c) || c == '_'));
        return LetterBefore().Replace(WordBefore().Replace(letters, "${before}_${word}"), "${before}_${word}").ToLowerInvariant();
    }

    private static Keras3Config Read(JsonElement element)
    {
        var config = Member(element, "config");
        var layers = Member(config, "layers");
        var type = Text(element, "class_name");
        return new Keras3Config(
            SnakeCase(type),
            Text(config, "name") is { Length: > 0 } name ? name : Text(element, "name"),
            type == "BatchNormalization" ? Keras3Class.Normalization(!IsFalse(config, "scale"), !IsFalse(config, "center")) : null,
            layers.ValueKind == JsonValueKind.Array ? [.. layers.EnumerateArray().Select(Read)] : []);
    }

    // The layers of one class follow each other in both, so the first is the first: numbers may be skipped, and need not be looked at.
    private static void Match(string path, Keras3Config model, ILookup<string, Keras3Layer> containers, Dictionary<string, Keras3Config> named)
    {
        var container = Containers.Select(name => path.Length == 0 ? name : $"{path}/{name}").FirstOrDefault(containers.Contains);
        if (container is null)
        {
            return;
        }

        var groups = containers[container].OrderBy(layer => layer.Number).ToLookup(layer => layer.Class, StringComparer.Ordinal);
        foreach (var configs in model.Inner.GroupBy(layer => layer.Class, StringComparer.Ordinal))
        {
            List<Keras3Layer> all = [.. groups[configs.Key]];
            foreach ((var config, var layer) in all.Count == configs.Count() ? configs.Zip(all) : [])
            {
                named[layer.Path] = config;
                Match(layer.Path, config, containers, named);
            }
        }
    }

    private static JsonElement Member(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string Text(JsonElement element, string name)
        => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : string.Empty;

    private static bool IsFalse(JsonElement element, string name) => Member(element, name).ValueKind == JsonValueKind.False;

    [GeneratedRegex("(?<before>.)(?<word>[A-Z][a-z]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex WordBefore();

    [GeneratedRegex("(?<before>[a-z])(?<word>[A-Z])", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LetterBefore();
}
