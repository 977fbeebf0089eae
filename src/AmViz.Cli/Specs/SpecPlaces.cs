using YamlDotNet.Core;

namespace AmViz.Cli.Specs;

/// <summary>Where each value of a spec stands in its file, by path such as <c>models[0].layers[1].channels</c>.</summary>
internal sealed class SpecPlaces
{
    private readonly Dictionary<string, Mark> _marks = new(StringComparer.Ordinal) { [""] = Mark.Empty };

    /// <summary>Records the place of a value. The first place of a path stays.</summary>
    public void Add(string path, Mark place) => _marks.TryAdd(path, place);

    /// <summary>The place of <paramref name="path"/>, or of the nearest value around it that was written down.</summary>
    public Mark Find(string path)
    {
        while (!_marks.ContainsKey(path))
        {
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return _marks[path];
    }
}
