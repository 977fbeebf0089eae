using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Models;

/// <summary>A state dict as torch.save of PyTorch 1.6 or later writes it: a zip file with a pickle and the numbers.</summary>
/// <remarks>
/// The pickle is read by <see cref="Unpickler"/>, which runs nothing. Written against hostile files: what is allocated is bounded by the
/// file's own length, and every problem is a <see cref="WeightsFormatException"/>. Not safe for use by several threads at once.
/// </remarks>
internal sealed class PyTorchFile : ITensorFile
{
    /// <summary>Each of 20,000 tensors takes some hundred bytes; optimizers and settings come on top.</summary>
    private const int LongestPickle = 64 << 20;

    private const int LongestByteOrder = 16;

    private readonly Stream stream;
    private readonly TorchArchive archive;
    private readonly string name;
    private readonly IReadOnlyDictionary<string, PickledTensor> views;

    private PyTorchFile(Stream stream, TorchArchive archive, string name)
    {
        this.stream = stream;
        this.archive = archive;
        this.name = name;
        RequireThisByteOrder();
        views = StateDict.Find(new Unpickler(archive.Read(TorchArchive.PickleName, LongestPickle), name).Load(), name);
        foreach (var (tensor, view) in views)
        {
            RequireRoom(tensor, view);
        }

        Tensors = views.ToDictionary(view => view.Key, view => new TensorEntry(view.Key, view.Value.Storage.TypeName, view.Value.Shape), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>Reads from a stream that can seek, and takes it over: it is closed with this, or at once on an error.</summary>
    /// <param name="stream">The whole file.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">It is not a sound state dict, or not a harmless one.</exception>
    public static PyTorchFile Open(Stream stream, string name)
    {
        TorchArchive? opened = null;
        try
        {
            opened = TorchArchive.Open(stream, name);
            return new PyTorchFile(stream, opened, name);
        }
        catch
        {
            opened?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor)
    {
        if (!views.TryGetValue(tensor, out PickledTensor? view))
        {
            throw new WeightsFormatException($"{name}: there is no tensor '{tensor}' among its {Tensors.Count}.");
        }

        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        torch.Tensor values = ReadSpan(view, StoredType(view));                         // [numbers from the first to the last]
        return values.as_strided(view.Shape, view.Strides, 0).to(torch.ScalarType.Float32).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string ComputeDigest()
    {
        stream.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        archive.Dispose();
        stream.Dispose();
    }

    private static string EntryOf(PickledStorage storage) => $"data/{storage.Key}";

    /// <summary>Numbers from the first of a view to its last; 0 for an empty one. Exact, whatever the pickle says.</summary>
    private static Int128 SpanOf(PickledTensor view) =>
        view.Shape.Contains(0) ? 0 : 1 + view.Shape.Zip(view.Strides, (size, stride) => (Int128)(size - 1) * stride).Aggregate(Int128.Zero, (sum, part) => sum + part);

    private void RequireThisByteOrder()
    {
        if (archive.Contains("byteorder") && !archive.Read("byteorder", LongestByteOrder).AsSpan().SequenceEqual("little"u8))
        {
            throw new WeightsFormatException($"{name}: its numbers are not little-endian. Load and save it with PyTorch on the machine where it will be used.");
        }
    }

    private void RequireRoom(string tensor, PickledTensor view)
    {
        PickledStorage storage = view.Storage;
        long bytes = archive.LengthOf(EntryOf(storage));
        if ((Int128)storage.ElementCount * storage.ElementBytes != bytes)
        {
            throw PyTorchErrors.Damaged(name, $"tensor '{ErrorText.Shorten(tensor)}' is in a storage of {storage.ElementCount} {storage.TypeName}, but its entry has {bytes} bytes");
        }

        Int128 span = SpanOf(view);
        Int128 count = view.Shape.Aggregate(Int128.One, (product, size) => Int128.Min(product * size, long.MaxValue));
        if (view.Offset + span > storage.ElementCount || count * storage.ElementBytes > stream.Length)
        {
            throw PyTorchErrors.Damaged(name, $"tensor '{ErrorText.Shorten(tensor)}' with shape [{string.Join(", ", view.Shape)}] and strides [{string.Join(", ", view.Strides)}] "
                + $"at {view.Offset} reaches past its storage of {storage.ElementCount}, or is larger than the file");
        }
    }

    private torch.ScalarType StoredType(PickledTensor view) => view.Storage.TypeName switch
    {
        "F32" => torch.ScalarType.Float32,
        "F16" => torch.ScalarType.Float16,
        "BF16" => torch.ScalarType.BFloat16,
        "F64" => torch.ScalarType.Float64,
        var other => throw new WeightsFormatException($"{name}: a tensor is {other}; expected F32, F16, BF16 or F64. Convert it before saving."),
    };

    private torch.Tensor ReadSpan(PickledTensor view, torch.ScalarType type)
    {
        long length = (long)SpanOf(view);
        if (length * view.Storage.ElementBytes > Array.MaxLength)
        {
            throw new WeightsFormatException($"{name}: a tensor takes {length * view.Storage.ElementBytes} bytes; at most {Array.MaxLength} are read at once.");
        }

        torch.Tensor values = torch.empty([length], dtype: type);
        if (length > 0)
        {
            archive.Read(EntryOf(view.Storage), view.Offset * view.Storage.ElementBytes, values.bytes);
        }

        return values;
    }
}
