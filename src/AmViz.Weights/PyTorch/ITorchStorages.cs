namespace AmViz.Weights;

/// <summary>Where the numbers behind the tensors of a PyTorch file lie.</summary>
internal interface ITorchStorages : IDisposable
{
    /// <summary>Bytes of a storage.</summary>
    /// <exception cref="WeightsFormatException">There is no such storage.</exception>
    long LengthOf(PickledStorage storage);

    /// <summary>Part of a storage.</summary>
    /// <param name="storage">Which.</param>
    /// <param name="offset">Place of the first byte in it.</param>
    /// <param name="into">What to fill.</param>
    /// <exception cref="WeightsFormatException">It is not there, or the file is damaged.</exception>
    void Read(PickledStorage storage, long offset, Span<byte> into);
}
