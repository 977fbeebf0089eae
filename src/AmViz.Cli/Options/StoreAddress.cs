using AmViz.Cli.Settings;
using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary>A store as people write it: <c>folder:PATH</c>, a bare path, or <c>azure:CONTAINER</c>.</summary>
internal static class StoreAddress
{
    private const string FolderScheme = "folder:";
    private const string AzureScheme = "azure:";

    /// <summary>The store; nothing is touched yet.</summary>
    /// <exception cref="UsageException">The text names no store, or the settings do not say how to reach it.</exception>
    public static IBlobStore Open(string text, AmVizSettings settings)
        => text.StartsWith(AzureScheme, StringComparison.Ordinal) ? OpenAzure(text[AzureScheme.Length..], settings.Azure)
            : FolderOf(text) is { } folder ? new FolderBlobStore(folder)
            : throw new UsageException($"'{text}' is not a store that this version knows. Expected folder:PATH or azure:CONTAINER.");

    /// <summary>The folder that is meant; null if <paramref name="text"/> names something else.</summary>
    public static string? FolderOf(string text)
    {
        var path = text.StartsWith(FolderScheme, StringComparison.Ordinal) ? text[FolderScheme.Length..] : text;
        // A colon after a word is a scheme; after one letter it is a drive.
        var isScheme = path.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon && !path.AsSpan(0, colon).ContainsAny('/', '.');
        return path.Length == 0 || isScheme ? null : path;
    }

    private static AzureBlobStore OpenAzure(string container, AzureSettings settings)
    {
        if (settings.ConnectionString is null && settings.AccountUrl is null)
        {
            throw new UsageException(
                $"{AzureScheme}{container}: nothing says in which account that is. Set {SettingsReader.Prefix}Storage__Azure__ConnectionString, or {SettingsReader.Prefix}Storage__Azure__AccountUrl " +
                $"(https://NAME.blob.core.windows.net, with a signature or for an identity of this machine), or the same in {SettingsReader.FileName}.");
        }

        var options = new AzureStoreOptions
        {
            Container = container,
            ConnectionString = settings.ConnectionString,
            AccountUrl = settings.AccountUrl,
            ServiceVersion = settings.ServiceVersion,
        };
        var problems = options.FindProblems().Select(problem => $"{AzureScheme}{container}: {problem}").ToArray();
        return problems.Length == 0 ? new(options) : throw new UsageException(problems);
    }
}
