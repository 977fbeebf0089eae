using System.Text.Json;
using System.Text.RegularExpressions;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>What <c>config.json</c> of a weights folder says.</summary>
/// <param name="Architecture">Which kind of network.</param>
/// <param name="Blueprint">The network, with every number of it settled.</param>
/// <param name="ClassCount">Number of logits; 0 where the network tells no classes apart.</param>
/// <param name="LabelsPath">Path of the labels, relative to the folder; null if not named.</param>
/// <param name="Labels">The labels, where they stand in the configuration itself.</param>
/// <param name="Preprocessing">What is done to pixels first.</param>
/// <param name="PreprocessingText">The same in words.</param>
/// <param name="InputSize">Side of the square pictures it was trained on, in pixels.</param>
/// <param name="Digest">SHA-256 that the weights must have; null if not told.</param>
/// <param name="Provenance">Source, licence and whatever else is told.</param>
/// <param name="InputChannels">What each channel of the pictures is.</param>
/// <param name="CheckpointKey">Which of several networks of the weights is meant; null if not told.</param>
internal sealed partial record WeightsConfig(
    IArchitecture Architecture, IBlueprint Blueprint, int ClassCount, string? LabelsPath, IReadOnlyList<string>? Labels, Preprocessing Preprocessing, string PreprocessingText,
    int InputSize, string? Digest, IReadOnlyDictionary<string, string> Provenance, IReadOnlyList<string> InputChannels, string? CheckpointKey = null)
{
    private const string MinusOneToOne = "x / 127.5 - 1";
    private const string MeanAndDeviation = "(x / 255 - mean) / std";
    private const string MeanOfBytes = "x - mean";

    /// <summary>Of the published weights of a network that goes by its name, where no other number is told.</summary>
    private const int ImageNetClasses = 1000;

    private static readonly string[] PreprocessingFields = ["preprocessing", "channelOrder", "mean", "std"];

    /// <summary>A description of a network is a page of text; a longer one is no description.</summary>
    private const int LongestFile = 1 << 20;

    /// <summary>Reads and checks a configuration, collecting every problem.</summary>
    /// <param name="stream">The JSON text.</param>
    /// <param name="path">How to call it in errors.</param>
    /// <param name="open">From the name of a file beside it to the contents, for configurations of other libraries; null where there is none.</param>
    /// <exception cref="WeightsFormatException">With all problems found.</exception>
    public static WeightsConfig Read(Stream stream, string path, Func<string, Stream?>? open = null)
        => JsonText.Read(stream, path, LongestFile, root =>
        {
            if (ForeignConfigs.Translate(root, open ?? (_ => null)) is not { } translated)
            {
                return Read(root, path);
            }

            using var ours = JsonDocument.Parse(translated.ToJsonString());
            return Read(ours.RootElement, $"{path} (of another library, read with the names of our fields)");
        });

    private static WeightsConfig Read(JsonElement root, string path)
    {
        var problems = new List<string>();
        var fields = new ConfigFields(root, problems);

        (var architecture, var network) = ReadArchitecture(fields);
        var channels = InputChannelNames.Read(fields);
        (var preprocessing, var words) = ReadPreprocessing(fields, channels.Count, network?.Preprocessing);
        fields.Text("layout", "PyTorch", required: false);
        var classes = fields.Whole("classes", architecture.MayLackClasses ? 0 : 1, 1_000_000, preset: network is null ? null : ImageNetClasses);
        var inputSize = fields.Whole("inputSize", NetworkDescription.SmallestTrainedSize, NetworkDescription.LargestSize, preset: network?.InputSize);
        var blueprint = architecture.Read(fields, classes, inputSize);
        (var labelsPath, var labels) = ReadLabels(fields, classes);
        var digest = fields.Text("sha256", start: null, required: false);
        if (digest is not null && !Sha256Text().IsMatch(digest))
        {
            problems.Add($"'sha256' is '{digest}'; expected 64 hexadecimal digits.");
        }

        var checkpointKey = fields.Text("checkpointKey", start: null, required: false);
        var provenance = fields.Texts("provenance");
        return problems.Count == 0
            ? new WeightsConfig(architecture, blueprint, classes, labelsPath, labels, preprocessing, words, inputSize, digest?.ToLowerInvariant(), provenance, channels, checkpointKey)
            : throw new WeightsFormatException(path, problems);
    }

    // The network is there where the name tells it whole.
    private static (IArchitecture Architecture, PublishedNetwork? Network) ReadArchitecture(ConfigFields fields)
    {
        var known = KnownArchitectures.All;
        var name = fields.Text("architecture", start: null);
        var architecture = name is null ? null : KnownArchitectures.Find(name);
        if (name is not null && architecture is null)
        {
            fields.Refuse($"'architecture' is '{ErrorText.Shorten(name)}'; this program knows {string.Join(", ", known.Select(one => $"'{one.Name}'"))}.");
        }

        // Any will do to look for further problems; the network is refused.
        return (architecture ?? known[0], name is null ? null : KnownArchitectures.FindNetwork(name));
    }

    private static (string? Path, IReadOnlyList<string>? Labels) ReadLabels(ConfigFields fields, int classes)
    {
        if (fields.Find("labels") is { ValueKind: JsonValueKind.Array or JsonValueKind.Object } element)
        {
            var labels = ClassLabels.Read(element);
            if (labels is null)
            {
                fields.Refuse($"'labels' {ClassLabels.Expected(found: null, classes)}");
            }

            return (null, labels);
        }

        var path = fields.Text("labels", start: null, required: false);
        if (path is not null && Path.IsPathRooted(path))
        {
            fields.Refuse($"'labels' is the absolute path '{path}'; expected a path relative to the folder, so that the folder can be moved.");
        }

        return (path, null);
    }

    private static (Preprocessing Preprocessing, string Words) ReadPreprocessing(ConfigFields fields, int channels, Preprocessing? published)
    {
        if (published is not null && channels == published.ChannelCount && !PreprocessingFields.Any(field => fields.Find(field) is not null))
        {
            return (published, $"{MeanAndDeviation}, that of the published weights");
        }

        var words = fields.Text("preprocessing", start: null) ?? MinusOneToOne;
        var isReversed = fields.Choice("channelOrder", "RGB", "BGR") == "BGR";
        var subtracts = words.StartsWith(MeanOfBytes, StringComparison.OrdinalIgnoreCase);
        double most = subtracts ? 255 : 10;
        var mean = fields.Numbers("mean", channels, -most, most);
        var deviation = fields.Numbers("std", channels, 1e-3, 1e3);
        var standardizes = words.StartsWith(MeanAndDeviation, StringComparison.OrdinalIgnoreCase);
        if (!standardizes && !subtracts && !words.StartsWith(MinusOneToOne, StringComparison.OrdinalIgnoreCase))
        {
            fields.Refuse($"'preprocessing' is '{ErrorText.Shorten(words)}'; this program knows '{MinusOneToOne}', '{MeanAndDeviation}' with the fields 'mean' and 'std', "
                + $"and '{MeanOfBytes}' with the field 'mean' of pixels from 0 to 255, as networks of Caffe have it ('channelOrder' then is 'BGR').");
        }
        else if (subtracts && mean is null)
        {
            fields.Refuse($"'preprocessing' is '{ErrorText.Shorten(words)}'; with '{MeanOfBytes}' the field 'mean' tells a number from 0 to 255 for each of the {channels} channels, and 'std' as many if there is one.");
        }
        else if (!subtracts && standardizes != (mean is not null && deviation is not null))
        {
            fields.Refuse($"'preprocessing' is '{ErrorText.Shorten(words)}'; with '{MeanAndDeviation}' the fields 'mean' and 'std' tell {channels} numbers each, one a channel of the pictures (for pixels from 0 to 255 write '{MeanOfBytes}'), else they are left out.");
        }

        var told = (standardizes, subtracts, mean, deviation) switch
        {
            (true, _, not null, not null) => new(mean, deviation),
            (_, true, not null, _) => Preprocessing.OfBytes(mean, deviation),
            _ => Preprocessing.MinusOneToOneOf(channels),
        };
        return (isReversed ? told.Reversed() : told, words);
    }

    [GeneratedRegex("^[0-9a-fA-F]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Sha256Text();
}
