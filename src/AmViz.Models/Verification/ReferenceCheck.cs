using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models;

/// <summary>Compares a network with what another implementation computed from the same weights and pictures.</summary>
/// <remarks>
/// The error of a logit is absolute. The error of a channel mean b is |a - b| / max(|b|, floor): a mean near zero is the
/// sum of large values that cancel, so it is measured against the layer. The floor is <see cref="FloorShare"/> of the
/// mean |b| over the channels of that layer and picture.
/// </remarks>
public sealed class ReferenceCheck
{
    /// <summary>Largest accepted absolute error of a logit; logits range over some tens.</summary>
    public const double LogitTolerance = 1e-2;

    /// <summary>Largest accepted relative error of a channel mean.</summary>
    public const double ActivationTolerance = 1e-3;

    /// <summary>Means below this share of the layer's mean magnitude are measured against that share.</summary>
    /// <remarks>
    /// On the Keras MobileNet float32 and float64 differ by up to 2e-4 at this share, by up to 2e-3 at a tenth of it: below
    /// it the check would measure rounding.
    /// </remarks>
    public const double FloorShare = 0.1;

    /// <summary>Name of the reference in a weights folder.</summary>
    public const string FileName = "reference.json";

    private static readonly string[] PhotoPlaces = ["photos", "../photos", "../../photos"];

    private readonly string _path;
    private readonly ReferenceFile _reference;

    private ReferenceCheck(string path, ReferenceFile reference)
    {
        _path = path;
        _reference = reference;
    }

    /// <summary>Names of the pictures it needs, in order.</summary>
    public IReadOnlyList<string> PhotoFiles => [.. _reference.Photos!.Select(photo => photo.File)];

    /// <summary>Reads a reference.</summary>
    /// <param name="path">The file, or the folder it lies in as <c>reference.json</c>.</param>
    /// <exception cref="WeightsFormatException">It is missing or not of the form.</exception>
    public static ReferenceCheck Open(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        return new ReferenceCheck(file, ReferenceFile.Read(file));
    }

    /// <summary>Where the pictures probably lie: the first folder <c>photos</c> beside or above the reference that has them.</summary>
    /// <exception cref="WeightsFormatException">None of the places has them.</exception>
    public string FindPhotosFolder()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        string[] places = [.. PhotoPlaces.Select(place => Path.GetFullPath(Path.Combine(folder, place)))];
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, PhotoFiles[0])))
            ?? throw new WeightsFormatException($"{_path}: its picture '{PhotoFiles[0]}' lies in none of {string.Join(", ", places)}. Name the folder of the pictures.");
    }

    /// <summary>Runs every picture through the network and compares.</summary>
    /// <param name="network">The network, of the weights the reference was made with.</param>
    /// <param name="loadPhoto">
    /// From a name of <see cref="PhotoFiles"/> to <c>[1, C, S, S]</c>, in [0, 1], S being the network's input size; a
    /// picture of another size is reduced with an antialiased bilinear filter. The check disposes it.
    /// </param>
    /// <exception cref="WeightsFormatException">The reference is of other weights, or does not fit the network.</exception>
    /// <exception cref="UnknownLayerException">The reference has a layer that the network has not.</exception>
    public ReferenceReport Run(INetwork network, Func<string, torch.Tensor> loadPhoto)
    {
        if (_reference.Sha256 is { } digest && !string.Equals(digest, network.Description.WeightsDigest, StringComparison.OrdinalIgnoreCase))
        {
            throw new WeightsFormatException($"{_path}: was made with the weights {digest}; these are {network.Description.WeightsDigest}. Use the reference that came with the weights.");
        }

        double? logitError = null;
        int? agreements = null;
        var layers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var photo in _reference.Photos!)
        {
            using var scope = torch.NewDisposeScope();
            using var frozen = torch.no_grad();
            var image = loadPhoto(photo.File);
            RequireInput(image, network.Description, photo.File);
            foreach (var (layer, expected) in photo.ChannelMeans ?? [])
            {
                var found = Row(network.Forward(image, layer).to(torch.ScalarType.Float64).mean([2, 3]), expected, photo.File, layer);
                var own = network.Description.FindShape(layer).Name;
                layers[own] = Largest(layers.GetValueOrDefault(own), RelativeError(found, expected));
            }

            if (photo.Logits is { Length: > 0 } logits)
            {
                var found = Row(network.Forward(image, NetworkDescription.Logits), logits, photo.File, NetworkDescription.Logits);
                logitError = Largest(logitError ?? 0, found.Zip(logits, (a, b) => Math.Abs(a - b)).Aggregate(Largest));
                agreements = (agreements ?? 0) + (Highest(found) == Highest(logits) ? 1 : 0);
            }
        }

        var withLogits = _reference.Photos!.Count(photo => photo.Logits is { Length: > 0 });
        var passed = (logitError is null || logitError <= LogitTolerance)
            && (agreements is null || agreements == withLogits)
            && layers.Values.All(error => error <= ActivationTolerance);
        var inOrder = network.Description.LayerShapes.Select(shape => shape.Name).Where(layers.ContainsKey);
        return new ReferenceReport(
            passed, logitError, [.. inOrder.Select(layer => new ActivationError(layer, layers[layer]))], agreements, _reference.Photos!.Length);
    }

    /// <summary>Largest error of a channel mean, as this type defines it; NaN if any value is.</summary>
    internal static double RelativeError(double[] found, double[] expected)
    {
        var floor = FloorShare * expected.Average(Math.Abs);
        return found.Zip(expected, (a, b) => a == b ? 0 : Math.Abs(a - b) / Math.Max(Math.Abs(b), floor)).Aggregate(Largest);
    }

    // Math.Max keeps NaN, so that a NaN anywhere ends in a figure that fails every tolerance.
    private static double Largest(double a, double b) => Math.Max(a, b);

    private static int Highest(double[] values) => Array.IndexOf(values, values.Max());

    private double[] Row(torch.Tensor values, double[] expected, string photo, string layer)
    {
        double[] row = [.. values.to(torch.ScalarType.Float64).cpu().flatten().data<double>()];
        return row.Length == expected.Length
            ? row
            : throw new WeightsFormatException($"{_path}: '{photo}' has {expected.Length} values of '{layer}'; the network has {row.Length}. Use the reference that came with the weights.");
    }

    private void RequireInput(torch.Tensor image, NetworkDescription network, string photo)
    {
        long size = network.InputSize;
        long channels = network.InputChannels.Count;
        if (!image.shape.SequenceEqual([1, channels, size, size]))
        {
            throw new ArgumentException($"{_path}: '{photo}' was given as [{string.Join(", ", image.shape)}]; model '{network.Name}' was trained on [1, {channels}, {size}, {size}].", nameof(image));
        }
    }
}
