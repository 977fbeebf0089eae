using System.Security.Cryptography;
using System.Text.Json;

namespace AmViz.Storage;

/// <summary>Computes <see cref="ManifestHeader.RowsDigest"/>, row by row.</summary>
internal sealed class RowsDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(ManifestEntry entry)
    {
        _hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(entry, SweepJson.Compact));
        _hash.AppendData("\n"u8);
    }

    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
