using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>Weights as Keras before version 3 saves them, and as the Keras applications publish them: HDF5 with the names in attributes.</summary>
/// <remarks>
/// Names are <c>layer/kernel:0</c>: the layer, and the last part of what Keras calls the weight; the whole of it where that would not tell the
/// weights of a layer apart. Axes are as Keras has them. Of HDF5 that part is read which h5py writes by default; nothing is followed out of
/// the file. Written against hostile files: what is allocated is bounded by the file's own length, and every problem is a
/// <see cref="WeightsFormatException"/>. Not safe for use by several threads at once.
/// </remarks>
internal sealed class KerasFile : ITensorFile
{
    private const string LayerNames = "layer_names";
    private const string WeightNames = "weight_names";

    // A whole model keeps its weights one group further down.
    private const string WeightsGroup = "model_weights";

    private readonly Stream _stream;
    private readonly string _name;
    private readonly Hdf5Bytes _bytes;
    private readonly Dictionary<string, Hdf5Dataset> _datasets = new(StringComparer.Ordinal);

    private KerasFile(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        _bytes = new Hdf5Bytes(stream, name);
        var root = FindWeights(new Hdf5Group(_bytes, Hdf5Superblock.FindRoot(_bytes)));
        foreach (var layer in Names(root.Object, LayerNames))
        {
            AddLayer(layer, Member(root, layer));
        }

        Tensors = _datasets.ToDictionary(
            dataset => dataset.Key, dataset => new TensorEntry(dataset.Key, dataset.Value.Type.TypeName ?? "no number", dataset.Value.Shape), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads from a stream that can seek, and takes it over: it is closed with this, or at once on an error.</summary>
    /// <param name="stream">The whole file.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">It is not a sound file of Keras weights.</exception>
    public static KerasFile Open(Stream stream, string name)
    {
        try
        {
            return new KerasFile(stream, name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor) => _datasets.TryGetValue(tensor, out var dataset)
        ? Hdf5Tensor.Read(dataset, Tensors[tensor].TypeName, _name, tensor)
        : throw new WeightsFormatException($"{_name}: there is no tensor '{tensor}' among its {Tensors.Count}.");

    /// <inheritdoc/>
    public string ComputeDigest()
    {
        _stream.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(_stream));
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private Hdf5Group FindWeights(Hdf5Group root)
    {
        if (Has(root.Object, LayerNames))
        {
            return root;
        }

        return root.Find(WeightsGroup) is { } address && new Hdf5Group(_bytes, address) is var inner && Has(inner.Object, LayerNames)
            ? inner
            : throw new WeightsFormatException($"{_name}: is an HDF5 file, but has no attribute '{LayerNames}', neither on top nor on '{WeightsGroup}'; expected weights as Keras before "
                + "version 3 saves them, or as Keras 3 does (.weights.h5, with groups such as layers/conv2d/vars). Save with model.save_weights, or convert to safetensors.");
    }

    private void AddLayer(string layer, ulong address)
    {
        var group = new Hdf5Group(_bytes, address);
        var weights = Names(group.Object, WeightNames);
        var told = weights.Select(LastPart).Distinct(StringComparer.Ordinal).Count() == weights.Count;
        foreach (var weight in weights)
        {
            var full = told ? $"{layer}/{LastPart(weight)}" : weight;
            if (_datasets.Count == SafetensorsHeader.MostTensors || !_datasets.TryAdd(full, new Hdf5Dataset(_bytes, Walk(group, weight), full)))
            {
                throw _bytes.Damaged($"'{ErrorText.Shorten(full)}' stands twice, or there are more than {SafetensorsHeader.MostTensors} tensors");
            }
        }
    }

    // The name of a weight holds slashes, each of which is a group of its own.
    private ulong Walk(Hdf5Group group, string path)
    {
        var parts = path.Split('/');
        foreach (var part in parts[..^1])
        {
            group = new Hdf5Group(_bytes, Member(group, part));
        }

        return Member(group, parts[^1]);
    }

    private ulong Member(Hdf5Group group, string member)
        => group.Find(member) ?? throw _bytes.Damaged($"it names '{ErrorText.Shorten(member)}' but does not hold it");

    private bool Has(Hdf5Object owner, string attribute)
        => Hdf5Texts.Find(owner, attribute, _bytes) is not null || Hdf5Texts.Find(owner, $"{attribute}0", _bytes) is not null;

    // Lists of more than 64 kB stand in several attributes, numbered from 0.
    private IReadOnlyList<string> Names(Hdf5Object owner, string attribute)
    {
        if (Hdf5Texts.Find(owner, attribute, _bytes) is { } whole)
        {
            return whole;
        }

        var names = new List<string>();
        for (var part = 0; Hdf5Texts.Find(owner, FormattableString.Invariant($"{attribute}{part}"), _bytes) is { } more; part++)
        {
            names.AddRange(more);
        }

        return names;
    }

    private static string LastPart(string path) => path[(path.LastIndexOf('/') + 1)..];
}
