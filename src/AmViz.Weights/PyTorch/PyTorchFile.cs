using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>Tensors as torch.save writes them: a pickle and the numbers, in a zip file since PyTorch 1.6, one after the other before.</summary>
/// <remarks>
/// The pickle is read by <see cref="Unpickler"/>, which runs nothing. Written against hostile files: what is allocated is bounded by the
/// file's own length, and every problem is a <see cref="WeightsFormatException"/>. Not safe for use by several threads at once.
/// </remarks>
internal sealed class PyTorchFile : ITensorFile
{
    /// <summary>Each of 20,000 tensors takes some hundred bytes; optimizers and settings come on top.</summary>
    public const int LongestPickle = 64 << 20;

    private readonly Stream _stream;
    private readonly ITorchStorages _storages;
    private readonly string _name;
    private readonly IReadOnlyDictionary<string, PickledTensor> _views;

    private PyTorchFile(Stream stream, ITorchStorages storages, object? root, Unpickler pickle, string name)
    {
        _stream = stream;
        _storages = storages;
        _name = name;
        _views = CheckpointTensors.Find(root, pickle.UnknownNames, name);
        foreach (var (tensor, view) in _views)
        {
            RequireRoom(tensor, view);
        }

        Tensors = _views.ToDictionary(view => view.Key, view => new TensorEntry(view.Key, view.Value.Storage.TypeName, view.Value.Shape), StringComparer.Ordinal);
    }

    /// <summary>Every tensor of the file, by the keys that lead to it and its name, with dots between.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads from a stream that can seek, and takes it over: it is closed with this, or at once on an error.</summary>
    /// <param name="stream">The whole file.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">It is not a sound state dict, or not a harmless one.</exception>
    public static PyTorchFile Open(Stream stream, string name) => Open(stream, name, () =>
    {
        (var pickle, var storages) = ZipStorages.Open(stream, name);
        return Guarded(storages, () => (pickle.Load(), pickle, storages));
    });

    /// <summary>As <see cref="Open(Stream, string)"/>, of the format before PyTorch 1.6.</summary>
    /// <exception cref="WeightsFormatException">It is not sound.</exception>
    public static PyTorchFile OpenLegacy(Stream stream, string name) => Open(stream, name, () => LegacyStorages.Open(stream, name));

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor)
    {
        if (!_views.TryGetValue(tensor, out var view))
        {
            throw new WeightsFormatException($"{_name}: there is no tensor '{tensor}' among its {Tensors.Count}.");
        }

        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        var values = ReadSpan(view, StoredType(view));                         // [numbers from the first to the last]
        return values.as_strided(view.Shape, view.Strides, 0).to(torch.ScalarType.Float32).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string ComputeDigest()
    {
        _stream.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(_stream));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _storages.Dispose();
        _stream.Dispose();
    }

    private static PyTorchFile Open(Stream stream, string name, Func<(object? Root, Unpickler Pickle, ITorchStorages Storages)> load)
    {
        try
        {
            (var root, var pickle, var storages) = load();
            return Guarded(storages, () => new PyTorchFile(stream, storages, root, pickle, name));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static T Guarded<T>(ITorchStorages storages, Func<T> use)
    {
        try
        {
            return use();
        }
        catch
        {
            storages.Dispose();
            throw;
        }
    }

    /// <summary>Numbers from the first of a view to its last; 0 for an empty one. Exact, whatever the pickle says.</summary>
    private static Int128 SpanOf(PickledTensor view)
        => view.Shape.Contains(0) ? 0 : 1 + view.Shape.Zip(view.Strides, (size, stride) => (Int128)(size - 1) * stride).Aggregate(Int128.Zero, (sum, part) => sum + part);

    private void RequireRoom(string tensor, PickledTensor view)
    {
        var storage = view.Storage;
        var bytes = _storages.LengthOf(storage);
        if ((Int128)storage.ElementCount * storage.ElementBytes != bytes)
        {
            throw PyTorchErrors.Damaged(_name, $"tensor '{ErrorText.Shorten(tensor)}' is in a storage of {storage.ElementCount} {storage.TypeName}, but that has {bytes} bytes");
        }

        var span = SpanOf(view);
        var count = view.Shape.Aggregate(Int128.One, (product, size) => Int128.Min(product * size, long.MaxValue));
        if (view.Offset + span > storage.ElementCount || count * storage.ElementBytes > _stream.Length)
        {
            throw PyTorchErrors.Damaged(_name, $"tensor '{ErrorText.Shorten(tensor)}' with shape [{string.Join(", ", view.Shape)}] and strides [{string.Join(", ", view.Strides)}] "
                + $"at {view.Offset} reaches past its storage of {storage.ElementCount}, or is larger than the file");
        }
    }

    private torch.ScalarType StoredType(PickledTensor view) => view.Storage.TypeName switch
    {
        "F32" => torch.ScalarType.Float32,
        "F16" => torch.ScalarType.Float16,
        "BF16" => torch.ScalarType.BFloat16,
        "F64" => torch.ScalarType.Float64,
        var other => throw new WeightsFormatException($"{_name}: a tensor is {other}; expected F32, F16, BF16 or F64. Convert it before saving."),
    };

    private torch.Tensor ReadSpan(PickledTensor view, torch.ScalarType type)
    {
        var length = (long)SpanOf(view);
        if (length * view.Storage.ElementBytes > Array.MaxLength)
        {
            throw new WeightsFormatException($"{_name}: a tensor takes {length * view.Storage.ElementBytes} bytes; at most {Array.MaxLength} are read at once.");
        }

        var values = torch.empty([length], dtype: type);
        if (length > 0)
        {
            _storages.Read(view.Storage, view.Offset * view.Storage.ElementBytes, values.bytes);
        }

        return values;
    }
}
