namespace AmViz.Networks;

/// <summary>Writes texts in one step, so that whoever finds the file finds all of it.</summary>
internal static class WholeFile
{
    /// <summary>Writes a text, in place of what was there.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync($"{path}.new", text, cancellationToken);
        File.Move($"{path}.new", path, overwrite: true);
    }
}
