namespace AmViz.Weights;

/// <summary>Opens weights files of every kind that is known here.</summary>
internal static class TensorFiles
{
    // Enough for every mark below; a tar file's is at byte 257.
    private const int MarkBytes = 512;
    private const int TarMark = 257;

    /// <summary>Opens a file of whatever kind, or all the shards that an index names.</summary>
    /// <param name="stream">The whole file; it can seek.</param>
    /// <param name="name">How to call it in errors; of an index it ends in <see cref="ShardedTensors.IndexEnding"/>.</param>
    /// <param name="open">From the name of a file beside it to the contents; null where there is none.</param>
    /// <exception cref="WeightsFormatException">It is of no known kind, or damaged.</exception>
    public static ITensorFile Open(Stream stream, string name, Func<string, Stream?> open)
        => name.EndsWith(ShardedTensors.IndexEnding, StringComparison.OrdinalIgnoreCase) ? ShardedTensors.Open(stream, name, open) : Open(stream, name);

    /// <summary>Opens a file of the kind its first bytes tell; it is taken over, and closed at once on an error.</summary>
    /// <param name="stream">The whole file; it can seek.</param>
    /// <param name="name">How to call it in errors.</param>
    /// <exception cref="WeightsFormatException">It is of no known kind, or damaged.</exception>
    public static ITensorFile Open(Stream stream, string name)
    {
        ReadOnlySpan<byte> first = ReadMark(stream);
        if (first.StartsWith("PK\x03\x04"u8))
        {
            return OpenZip(stream, name);
        }

        if (first.StartsWith(Hdf5Superblock.Signature))
        {
            return OpenHdf5(stream, name);
        }

        if (LegacyStorages.IsLegacy(first))
        {
            return PyTorchFile.OpenLegacy(stream, name);
        }

        if (Misplaced(first, name) is { } error)
        {
            stream.Dispose();
            throw error;
        }

        return SafetensorsFile.Open(stream, name);
    }

    private static ITensorFile OpenHdf5(Stream stream, string name)
    {
        try
        {
            var bytes = new Hdf5Bytes(stream, name);
            return Keras3Scan.IsOne(new Hdf5Group(bytes, Hdf5Superblock.FindRoot(bytes))) ? Keras3File.Open(stream, name) : KerasFile.Open(stream, name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static ITensorFile OpenZip(Stream stream, string name)
    {
        try
        {
            if (KerasArchive.IsOne(stream, name))
            {
                return Keras3File.OpenArchive(stream, name);
            }

            return TorchScriptFile.IsProgram(stream, name) ? new TorchScriptFile(stream, name) : PyTorchFile.Open(stream, name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static byte[] ReadMark(Stream stream)
    {
        if (!stream.CanSeek)
        {
            return [];
        }

        var mark = new byte[MarkBytes];
        stream.Position = 0;
        var length = stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return mark[..length];
    }

    /// <summary>An error for what people put there by mistake; null for anything else.</summary>
    private static WeightsFormatException? Misplaced(ReadOnlySpan<byte> first, string name)
    {
        if (first.Length > TarMark && first[TarMark..].StartsWith("ustar"u8))
        {
            return PyTorchErrors.Tar(name, first.StartsWith("sys_info"u8) || first.StartsWith("storages"u8) || first.StartsWith("tensors"u8) || first.StartsWith("pickle"u8));
        }

        // A safetensors header of 640 bytes begins alike, but has its brace at the ninth.
        if (first is [0x80, >= 2 and <= 5, ..] && (first.Length < 9 || first[8] != (byte)'{'))
        {
            return new WeightsFormatException($"{name}: is a bare pickle, which is not read here since a pickle can run anything. Expected safetensors, or what torch.save writes.");
        }

        if (first.StartsWith("version https://git-lfs"u8))
        {
            return new WeightsFormatException($"{name}: is a pointer of Git LFS, not the file it points to. Run 'git lfs pull', or download the file itself.");
        }

        if (first.TrimStart(" \t\r\n"u8) is [(byte)'<', (byte)'!' or (byte)'h' or (byte)'H' or (byte)'?', ..])
        {
            return new WeightsFormatException($"{name}: is a web page, not weights. Download the file itself, not the page about it.");
        }

        return first.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])
            ? new WeightsFormatException($"{name}: is packed with gzip. Unpack it first.")
            : null;
    }
}
