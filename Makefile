# 施政 Shizheng: one way in. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test check format bench browser lock assets messages clean

help: ## 這張表
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: have-python
	@$(PYTHON) tools/bootstrap.py

setup-dev: have-python
	@$(PYTHON) tools/bootstrap.py --dev

.PHONY: have-python
have-python:
	@command -v $(PYTHON) >/dev/null || { printf '\n找不到 %s。Debian：apt-get install -y python3 python3-venv\n\n' '$(PYTHON)'; exit 1; }

run: setup ## 裝好一切，啟動產品與示範城市（Ctrl-C 停止）
	@exec $(VENV)/shizheng up

test: browser lint ## 裝好一切，檢查並執行全部測試
	@$(MAKE) --no-print-directory --jobs 2 tests types

check: lint types ## 格式、規則、型別、匯入契約、資料庫更新

.PHONY: tests lint types
tests: setup-dev
	@$(VENV)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: setup-dev
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/lint-imports --cache-dir .cache/imports

types: setup-dev
	@$(VENV)/mypy
	@$(VENV)/python manage.py makemigrations --check --dry-run --verbosity 0 || { echo '資料模型改了，但沒有對應的資料庫更新：執行 .venv/bin/python manage.py makemigrations'; exit 1; }

browser: setup-dev
	@$(VENV)/python tools/browser.py

format: setup-dev ## 排版並修正能自動修正的
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

bench: setup-dev ## 量速度（2,000 個指標、約 240,000 筆資料）
	@$(VENV)/python -m tests.benchmarks

assets: setup ## 重建畫面資源
	@$(VENV)/python -m shizheng.web.build

messages: setup-dev ## 收集並編譯要翻譯的句子
	@$(VENV)/python -m tools.catalogues --extract

lock: setup-dev ## 依 pyproject.toml 重算鎖定檔（含雜湊，不含主機名）
	@for part in "--output-file requirements.lock --extra build" "--output-file requirements-dev.lock --extra build --extra dev"; do \
	  UV_PYTHON_DOWNLOADS=never $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url $$part pyproject.toml >/dev/null; done

clean: ## 刪掉環境與建置出來的檔案（資料留著）
	@rm -rf .venv .cache node_modules shizheng/web/static/web
	@find shizheng tests tools \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +
