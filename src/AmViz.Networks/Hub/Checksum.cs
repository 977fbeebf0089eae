using System.Buffers;
using System.Security.Cryptography;

namespace AmViz.Networks;

/// <summary>Which function a checksum was made by.</summary>
internal enum ChecksumKind
{
    /// <summary>128 bits; finds damage, not malice.</summary>
    Md5,

    /// <summary>256 bits.</summary>
    Sha256,
}

/// <summary>What a file must hash to.</summary>
/// <param name="Kind">By which function.</param>
/// <param name="Hex">Lower-case hexadecimal digits.</param>
/// <param name="Source">Who says so.</param>
internal sealed record Checksum(ChecksumKind Kind, string Hex, string Source);

/// <summary>Both checksums of a file.</summary>
internal sealed record FileHash(string Md5, string Sha256)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Reads a file once.</summary>
    public static async Task<FileHash> OfAsync(string path, CancellationToken cancellationToken)
    {
        // Keras publishes MD5 only; where a SHA-256 is known as well, that one decides.
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            await using var file = File.OpenRead(path);
            int length;
            while ((length = await file.ReadAsync(block, cancellationToken)) > 0)
            {
                md5.AppendData(block, 0, length);
                sha256.AppendData(block, 0, length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return new(Convert.ToHexStringLower(md5.GetHashAndReset()), Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    public bool Matches(Checksum expected) => Of(expected.Kind) == expected.Hex;

    public string Of(ChecksumKind kind) => kind == ChecksumKind.Md5 ? Md5 : Sha256;
}
