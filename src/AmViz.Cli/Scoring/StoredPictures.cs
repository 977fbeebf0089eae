using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Storage;

namespace AmViz.Cli.Scoring;

/// <summary>Reads pictures of a store as a network is given them.</summary>
/// <param name="blobs">The store.</param>
/// <param name="network">The network.</param>
internal sealed class StoredPictures(IBlobStore blobs, NetworkDescription network)
{
    /// <summary>Reads a picture that the manifest has.</summary>
    /// <exception cref="CorruptBlobException">It is missing.</exception>
    public async Task<Picture> ReadAsync(string picture, CancellationToken cancellationToken)
        => BlobPath.TryParse(picture, out var path) && await TryReadAsync(path, cancellationToken) is { } read
            ? read
            : throw new CorruptBlobException(path, $"'{picture}' of {blobs.Name} is missing, though the manifest has it. Run 'amviz manifest verify --repair', then the sweep again, which draws it anew.");

    /// <summary>Reads what a channel sees of a photograph.</summary>
    /// <exception cref="CorruptBlobException">It is missing.</exception>
    public async Task<Picture> ReadCropAsync(BlobPath crop, CancellationToken cancellationToken)
        => await TryReadAsync(crop, cancellationToken)
            ?? throw new CorruptBlobException(crop, $"'{crop}' of {blobs.Name} is missing, though a pass of photographs shows it: remove the responses.json of the pass and run 'amviz respond' again, which makes both anew.");

    private async Task<Picture?> TryReadAsync(BlobPath path, CancellationToken cancellationToken)
        => await blobs.ReadAsync(path, cancellationToken) is { } blob ? NetworkInput.Read(blob.Content.ToArray(), path.Value, network).Picture : null;
}
