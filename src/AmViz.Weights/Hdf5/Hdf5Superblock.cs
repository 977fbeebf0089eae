namespace AmViz.Weights;

/// <summary>The beginning of an HDF5 file (specification, section II.A).</summary>
internal static class Hdf5Superblock
{
    /// <summary>The eight bytes that begin every file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>Address of the group that holds all others: versions 0 and 1 hold its entry, 2 and 3 its address.</summary>
    /// <exception cref="WeightsFormatException">It is of another version, or damaged.</exception>
    public static ulong FindRoot(Hdf5Bytes bytes)
    {
        var beginning = bytes.Read(0, Math.Min(96, bytes.Length));
        if (!beginning.AsSpan().StartsWith(Signature))
        {
            throw bytes.Damaged("it does not begin as an HDF5 file");
        }

        var cursor = new Hdf5Cursor(beginning, bytes);
        cursor.Skip(Signature.Length);
        var version = cursor.Byte();
        cursor.Skip(version < 2 ? 4 : 0);
        var addressBytes = cursor.Byte();
        var lengthBytes = cursor.Byte();
        if (version > 3 || addressBytes != 8 || lengthBytes != 8)
        {
            throw bytes.Unsupported($"it has a superblock of version {version} with addresses of {addressBytes} bytes");
        }

        cursor.Skip(version switch { 0 => 9, 1 => 13, _ => 1 });
        if (cursor.UInt64() != 0)
        {
            throw bytes.Unsupported("its addresses do not count from its first byte");
        }

        cursor.Skip(version < 2 ? 32 : 16);
        return cursor.UInt64();
    }
}
