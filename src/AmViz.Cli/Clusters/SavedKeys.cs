using System.Text.Json;
using AmViz.Cluster.Http;

namespace AmViz.Cli.Clusters;

/// <summary>The access keys that 'amviz login' keeps for this user, one an address, in a file that nobody else may read.</summary>
/// <param name="path">The file.</param>
internal sealed class SavedKeys(string path)
{
    private const int CurrentFormatVersion = 1;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Those of who runs this process: <c>amviz/keys.json</c> under <c>XDG_CONFIG_HOME</c> or <c>~/.config</c>.</summary>
    public static SavedKeys OfThisUser()
    {
        var named = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        var folder = System.IO.Path.IsPathFullyQualified(named ?? "") ? named! : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return new(System.IO.Path.Combine(folder, "amviz", "keys.json"));
    }

    /// <summary>The key for an API; null: none is kept.</summary>
    /// <exception cref="UsageException">The file cannot be read, or others may read it.</exception>
    public string? Find(ApiAddress address) => Read().GetValueOrDefault($"{address}");

    /// <summary>Keeps a key, in place of an earlier one for the same API.</summary>
    /// <exception cref="UsageException">The file that is there cannot be read, or others may read it.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Put(ApiAddress address, string key)
    {
        // Whoever is not this user does not even learn which clusters there are.
        Directory.CreateDirectory(Folder, OwnerOnly | UnixFileMode.UserExecute);
        Change(keys => keys[$"{address}"] = key);
    }

    /// <summary>Forgets the key for an API.</summary>
    /// <returns>False if none was kept.</returns>
    /// <exception cref="UsageException">The file cannot be read, or others may read it.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool Remove(ApiAddress address)
    {
        var wasThere = false;
        if (Find(address) is not null)
        {
            Change(keys => wasThere = keys.Remove($"{address}"));
        }

        return wasThere;
    }

    private string Folder => System.IO.Path.GetDirectoryName(Path)!;

    private void Change(Action<SortedDictionary<string, string>> change)
    {
        // Two who change the file at once would lose one of the changes: the second is told.
        using var alone = Open($"{Path}.lock", FileMode.OpenOrCreate);
        var keys = Read();
        change(keys);
        var part = $"{Path}.part";
        File.Delete(part);
        using (var file = Open(part, FileMode.CreateNew))
        {
            JsonSerializer.Serialize(file, new SavedKeysDocument(CurrentFormatVersion, keys), SweepJson.Indented);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, Path, overwrite: true);
    }

    // Nobody else can read it at any moment, also not before its content is there.
    private static FileStream Open(string path, FileMode mode)
        => new(path, new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerOnly });

    private SortedDictionary<string, string> Read()
    {
        if (!File.Exists(Path))
        {
            return new(StringComparer.Ordinal);
        }

        var open = File.GetUnixFileMode(Path) & Others;
        if (open != UnixFileMode.None)
        {
            throw new UsageException($"'{Path}' holds access keys, and others than its owner may use it ({open}). Run 'chmod 600 {Path}', and rotate the keys if somebody else has read them ('amviz keys rotate').");
        }

        try
        {
            return JsonSerializer.Deserialize<SavedKeysDocument>(File.ReadAllBytes(Path), SweepJson.Compact) is { FormatVersion: CurrentFormatVersion, Keys: var keys }
                ? new(keys, StringComparer.Ordinal)
                : throw new UsageException($"'{Path}' was written by another version of this program. Move it away and run 'amviz login' again.");
        }
        catch (JsonException e)
        {
            throw new UsageException($"'{Path}' is damaged: {e.Message} Move it away and run 'amviz login' again.");
        }
    }
}

/// <summary>The JSON of the file.</summary>
/// <param name="FormatVersion">Readers refuse others.</param>
/// <param name="Keys">Texts of keys, by the address that they open.</param>
internal sealed record SavedKeysDocument(int FormatVersion, SortedDictionary<string, string> Keys)
{
    // Secrets go into no log and no test report.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(nameof(FormatVersion)).Append(" = ").Append(FormatVersion);
        return true;
    }
}
