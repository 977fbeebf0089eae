using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>Weights as Keras 3 saves them: <c>.weights.h5</c>, and <c>.keras</c> with such a file inside. Keras 2.12 and later write the same for <c>.keras</c>.</summary>
/// <remarks>
/// A layer is called by its class and a number, and its variables by numbers. Its true name stands in the file's attributes or in the configuration
/// of a <c>.keras</c> file; the tensors are then called as in other Keras files, <c>conv1/kernel</c>. Where neither is there, they are called by
/// their place, <c>layers/conv2d_3/vars/0</c>, until whoever knows the network names the layers by their order (<see cref="With"/>). Axes are as Keras has them. Written
/// against hostile files as <see cref="KerasFile"/> is. Not safe for use by several threads at once.
/// </remarks>
internal sealed class Keras3File : ITensorFile
{
    private readonly Stream _whole;
    private readonly IDisposable? _archive;
    private readonly string _name;
    private readonly Hdf5Bytes _bytes;
    private readonly IReadOnlyDictionary<(string Layer, string Variable), Hdf5Dataset> _datasets;
    private readonly Dictionary<string, Hdf5Dataset> _tensors = new(StringComparer.Ordinal);

    private Keras3File(Stream whole, IDisposable? archive, string name, Hdf5Bytes bytes, IReadOnlyDictionary<(string Layer, string Variable), Hdf5Dataset> datasets, IReadOnlyList<Keras3Layer> layers)
    {
        _whole = whole;
        _archive = archive;
        _name = name;
        _bytes = bytes;
        _datasets = datasets;
        Layers = layers;
        foreach (var layer in layers)
        {
            Add(layer);
        }

        Tensors = _tensors.ToDictionary(tensor => tensor.Key, tensor => new TensorEntry(tensor.Key, TypeOf(tensor.Value), tensor.Value.Shape), StringComparer.Ordinal);
    }

    /// <summary>Every layer that the file names, with weights or without.</summary>
    public IReadOnlyList<Keras3Layer> Layers { get; }

    /// <summary>How it is called in errors.</summary>
    public string Name => _name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads a <c>.weights.h5</c> from a stream that can seek, and takes it over: it is closed with this, or at once on an error.</summary>
    /// <exception cref="WeightsFormatException">It is not a sound file of weights of Keras 3.</exception>
    public static Keras3File Open(Stream stream, string name)
    {
        try
        {
            return Read(stream, archive: null, stream, name, config: null);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a <c>.keras</c> file from a stream that can seek, and takes it over: it is closed with this, or at once on an error.</summary>
    /// <exception cref="WeightsFormatException">It is not a sound file of Keras 3.</exception>
    public static Keras3File OpenArchive(Stream stream, string name)
    {
        KerasArchive? opened = null;
        try
        {
            opened = KerasArchive.Open(stream, name);
            return Read(stream, opened, opened.Weights, name, opened.ReadConfig());
        }
        catch
        {
            opened?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The same file with other layers, of the same places; it takes over from this one.</summary>
    public Keras3File With(IReadOnlyList<Keras3Layer> layers) => new(_whole, _archive, _name, _bytes, _datasets, layers);

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor) => _tensors.TryGetValue(tensor, out var dataset)
        ? Hdf5Tensor.Read(dataset, TypeOf(dataset), _name, tensor)
        : throw new WeightsFormatException($"{_name}: there is no tensor '{tensor}' among its {Tensors.Count}.");

    /// <inheritdoc/>
    public string ComputeDigest()
    {
        _whole.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(_whole));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _archive?.Dispose();
        _whole.Dispose();
    }

    private static Keras3File Read(Stream whole, IDisposable? archive, Stream weights, string name, Keras3Config? config)
    {
        var contents = new Hdf5Bytes(weights, archive is null ? name : $"{name}, {KerasArchive.WeightsName}");
        var scan = Keras3Scan.Of(contents, new Hdf5Group(contents, Hdf5Superblock.FindRoot(contents)));
        return scan.Layers.Any(layer => layer.Variables.Count > 0)
            ? new Keras3File(whole, archive, name, contents, scan.Datasets, config?.Name(scan.Layers) ?? scan.Layers)
            : throw contents.Damaged("it has no layer with variables");
    }

    // Models inside a model may have layers of one name; such layers are called by their places.
    private void Add(Keras3Layer layer)
    {
        var taken = Enumerable.Range(0, layer.Variables.Count).Any(variable => _tensors.ContainsKey(layer.NameOf(variable)));
        var told = taken ? layer with { Name = null } : layer;
        for (var variable = 0; variable < told.Variables.Count; variable++)
        {
            if (!_tensors.TryAdd(told.NameOf(variable), _datasets[(layer.Path, layer.Variables[variable])]))
            {
                throw _bytes.Damaged($"'{ErrorText.Shorten(told.NameOf(variable))}' stands twice");
            }
        }
    }

    // NumPy has no bfloat16, so Keras writes two bytes of no format and tells it in an attribute.
    private string TypeOf(Hdf5Dataset dataset) => dataset.Type.TypeName
        ?? (dataset.Type.Bytes == 2 && Hdf5Texts.Find(dataset.Object, "dtype", _bytes) is ["bfloat16"] ? "BF16" : "no number");
}
