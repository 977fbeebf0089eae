using System.Globalization;

namespace AmViz.Cli.Specs;

/// <summary>A spec as its file has it, with everything that is wrong with its form.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Spec">All that could be read.</param>
/// <param name="Problems">What could not.</param>
/// <param name="Places">Where it stands.</param>
internal sealed record SpecDocument(string File, SweepSpec Spec, IReadOnlyList<SpecProblem> Problems, SpecPlaces Places)
{
    /// <summary>Plans the spec with <paramref name="plan"/>; mistakes of form and of content come out together.</summary>
    /// <exception cref="UsageException">Every mistake, with its place, in the order of the file.</exception>
    public async Task<T> PlanAsync<T>(Func<SweepSpec, Task<T>> plan)
    {
        IReadOnlyList<SpecProblem> later = [];
        try
        {
            var planned = await plan(Spec);
            if (Problems.Count == 0)
            {
                return planned;
            }
        }
        catch (SpecException exception)
        {
            later = exception.Problems;
        }

        throw new UsageException([.. Problems.Concat(later.Where(IsNoConsequence)).OrderBy(problem => Places.Find(problem.Path)).Select(Text)]);
    }

    /// <summary>A value that could not be read cannot be wrong in other ways too, nor contradict another.</summary>
    private bool IsNoConsequence(SpecProblem later)
        => !Problems.Any(problem => Encloses(problem.Path, later.Path) || (later.Other is { } other && Encloses(problem.Path, other)));

    private static bool Encloses(string outer, string path)
        => outer.Length == 0
            || (path.StartsWith(outer, StringComparison.Ordinal) && (path.Length == outer.Length || path[outer.Length] is '.' or '['));

    private string Text(SpecProblem problem)
    {
        var place = Places.Find(problem.Path);
        var path = problem.Path.Length == 0 ? "" : problem.Path + ": ";
        return string.Create(CultureInfo.InvariantCulture, $"{File}:{Math.Max(1, place.Line)}:{Math.Max(1, place.Column)}: {path}{problem.Message}");
    }
}
