namespace AmViz.Weights;

/// <summary>The storages of the zip format of torch.save, PyTorch 1.6 and later: an entry each.</summary>
/// <param name="archive">Taken over.</param>
internal sealed class ZipStorages(TorchArchive archive) : ITorchStorages
{
    private const int LongestByteOrder = 16;

    /// <inheritdoc/>
    public long LengthOf(PickledStorage storage) => archive.LengthOf(EntryOf(storage));

    /// <inheritdoc/>
    public void Read(PickledStorage storage, long offset, Span<byte> into) => archive.Read(EntryOf(storage), offset, into);

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();

    /// <summary>Opens a file of the format; the stream stays the caller's.</summary>
    /// <exception cref="WeightsFormatException">It is not one, or is damaged.</exception>
    public static (Unpickler Pickle, ITorchStorages Storages) Open(Stream stream, string name)
    {
        var archive = TorchArchive.Open(stream, name);
        try
        {
            if (archive.Contains("byteorder") && !archive.Read("byteorder", LongestByteOrder).AsSpan().SequenceEqual("little"u8))
            {
                throw PyTorchErrors.OtherByteOrder(name);
            }

            return (new Unpickler(archive.Read(TorchArchive.PickleName, PyTorchFile.LongestPickle), name), new ZipStorages(archive));
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static string EntryOf(PickledStorage storage) => $"data/{storage.Key}";
}
