"""The recipes for containers in other languages: compiled against Testcontainers as it is.

They take minutes and download modules, so they run where somebody asks: ``make recipes``.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.program.process import ROOT

RECIPES = (ROOT / "docs" / "guides" / "containers.md").read_text()
GO = """\
package recipe

import (
	"context"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

func start(ctx context.Context) (testcontainers.Container, error) {
%s
	return mock, err
}
"""
JAVA = """\
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

class Recipe {
    static String start() {
%s
        return url;
    }
}
"""
POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId><artifactId>recipe</artifactId><version>1</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies><dependency>
    <groupId>org.testcontainers</groupId><artifactId>testcontainers</artifactId>
    <version>1.21.3</version>
  </dependency></dependencies>
</project>
"""


def require(program: str) -> None:
    """Skip the test where nobody asked for it, or *program* is missing."""
    if not os.environ.get("RECIPES"):
        pytest.skip("RECIPES is not set: make recipes downloads Testcontainers and compiles")
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing")


def read_recipe(language: str) -> str:
    """Return the code of the guide in that *language*."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", RECIPES, re.DOTALL)
    return str(found)


def run(folder: Path, *command: str) -> None:
    """Run *command* in *folder*; the test fails if it does."""
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_recipe_in_go_compiles(tmp_path: Path) -> None:
    """Guards the names and types that the recipe in Go uses."""
    require("go")
    (tmp_path / "recipe.go").write_text(GO % read_recipe("go"))
    run(tmp_path, "go", "mod", "init", "recipe")
    run(tmp_path, "go", "get", "github.com/testcontainers/testcontainers-go@v0.45.0")
    run(tmp_path, "go", "vet", ".")

    assert "testcontainers-go v0.45.0" in (tmp_path / "go.mod").read_text()


def test_the_recipe_in_java_compiles(tmp_path: Path) -> None:
    """Guards the names and types that the recipe in Java uses."""
    require("mvn")
    sources = tmp_path / "src" / "main" / "java"
    sources.mkdir(parents=True)
    (tmp_path / "pom.xml").write_text(POM)
    (sources / "Recipe.java").write_text(JAVA % read_recipe("java"))
    run(tmp_path, "mvn", "--quiet", "--batch-mode", "compile")

    assert (tmp_path / "target" / "classes" / "Recipe.class").exists()
