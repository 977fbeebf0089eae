using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>What <c>config.json</c> of a weights folder says.</summary>
/// <param name="Architecture"><c>mobilenet_v1</c>.</param>
/// <param name="ClassCount">Number of logits.</param>
/// <param name="LabelsPath">Path of the labels, relative to the folder; null if not named.</param>
/// <param name="Preprocessing">In words; only x / 127.5 - 1 of RGB is known.</param>
/// <param name="Width">Width multiplier: factor on every channel count.</param>
/// <param name="InputSize">Side of the square pictures it was trained on, in pixels.</param>
/// <param name="BatchNormFolded">Whether batch-norm is already part of weight and bias.</param>
/// <param name="BatchNormEpsilon">Added to the variance where it is not.</param>
/// <param name="Digest">SHA-256 that the weights must have; null if not told.</param>
/// <param name="Provenance">Source, licence and whatever else is told.</param>
internal sealed partial record WeightsConfig(
    string Architecture, int ClassCount, string? LabelsPath, string Preprocessing, double Width, int InputSize,
    bool BatchNormFolded, double BatchNormEpsilon, string? Digest, IReadOnlyDictionary<string, string> Provenance)
{
    public const string KnownArchitecture = "mobilenet_v1";
    public const string KnownPreprocessing = "x / 127.5 - 1";
    public const string KnownPadding = "TensorFlow SAME";
    public const string KnownActivation = "relu6";

    /// <summary>Epsilon of the Keras applications MobileNet; used where a folder with separate batch-norm names none.</summary>
    public const double KerasEpsilon = 1e-3;

    /// <summary>A description of a network is a page of text; a longer one is no description.</summary>
    private const int LongestFile = 1 << 20;

    /// <summary>Reads and checks a configuration, collecting every problem.</summary>
    /// <param name="stream">The JSON text.</param>
    /// <param name="path">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">With all problems found.</exception>
    public static WeightsConfig Read(Stream stream, string path) =>
        JsonText.Read(stream, path, LongestFile, root => Read(root, path));

    private static WeightsConfig Read(JsonElement root, string path)
    {
        var problems = new List<string>();
        var fields = new ConfigFields(root, problems);

        string architecture = fields.Text("architecture", KnownArchitecture) ?? KnownArchitecture;
        string preprocessing = fields.Text("preprocessing", KnownPreprocessing) ?? KnownPreprocessing;
        fields.Text("padding", KnownPadding);
        fields.Text("activation", KnownActivation);
        fields.Text("layout", "PyTorch", required: false);
        int classes = fields.Whole("classes", 1, 1_000_000);
        int inputSize = fields.Whole("inputSize", NetworkDescription.SmallestSize, NetworkDescription.LargestSize);
        double width = fields.Number("width", 0.01, 8);
        string? labels = fields.Text("labels", start: null, required: false);
        if (labels is not null && Path.IsPathRooted(labels))
        {
            problems.Add($"'labels' is the absolute path '{labels}'; expected a path relative to the folder, so that the folder can be moved.");
        }

        string batchNorm = fields.Text("batchNorm", start: null) ?? "folded";
        bool folded = batchNorm.StartsWith("folded", StringComparison.Ordinal);
        if (!folded && !batchNorm.StartsWith("separate", StringComparison.Ordinal))
        {
            problems.Add($"'batchNorm' is '{batchNorm}'; expected a text that begins with 'folded' or 'separate'.");
        }

        string? digest = fields.Text("sha256", start: null, required: false);
        if (digest is not null && !Sha256Text().IsMatch(digest))
        {
            problems.Add($"'sha256' is '{digest}'; expected 64 hexadecimal digits.");
        }

        IReadOnlyDictionary<string, string> provenance = fields.Texts("provenance");
        return problems.Count == 0
            ? new WeightsConfig(architecture, classes, labels, preprocessing, width, inputSize, folded, Epsilon(batchNorm), digest?.ToLowerInvariant(), provenance)
            : throw new WeightsFormatException(path, problems);
    }

    private static double Epsilon(string batchNorm) =>
        EpsilonText().Match(batchNorm) is { Success: true } match
            ? double.Parse(match.Groups["number"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture)
            : KerasEpsilon;

    [GeneratedRegex("^[0-9a-fA-F]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Sha256Text();

    [GeneratedRegex(@"epsilon (?<number>\d+(\.\d+)?(e-?\d{1,2})?)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex EpsilonText();
}
