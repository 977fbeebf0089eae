using System.Security.Cryptography;
using System.Text;
using AmViz.Cluster.Http;
using AmViz.Networks;

namespace AmViz.Cli.Clusters;

/// <summary>Uploads that this user has begun at one API, a small file each in the cache: <c>uploads/</c> under <c>AMVIZ_CACHE</c>.</summary>
/// <remarks>Without them an upload that was cut off begins anew: a folder that cannot be read or written, as in a container whose root is read-only, is none.</remarks>
/// <param name="folder">Where they lie.</param>
/// <param name="address">Which API.</param>
internal sealed class UploadNotes(string folder, ApiAddress address) : IUploadNotes
{
    // An id has 32 characters; more is none.
    private const int LongestId = 100;

    /// <summary>Those of this process.</summary>
    public static UploadNotes OfThisProcess(ApiAddress address) => new(HubCache.OfThisProcess().Uploads, address);

    /// <inheritdoc/>
    public string? Find(string fingerprint)
    {
        string? found = null;
        Try(() => found = File.Exists(PathOf(fingerprint)) && File.ReadAllText(PathOf(fingerprint)).Trim() is { Length: > 0 and < LongestId } upload ? upload : null);
        return found;
    }

    /// <inheritdoc/>
    public void Put(string fingerprint, string upload) => Try(() =>
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(PathOf(fingerprint), upload);
    });

    /// <inheritdoc/>
    public void Remove(string fingerprint) => Try(() => File.Delete(PathOf(fingerprint)));

    private static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There are no notes then.
        }
    }

    private string PathOf(string fingerprint) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{address}\n{fingerprint}"))));
}
